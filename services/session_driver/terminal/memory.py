"""What the terminal-host keeps for us, so that a new driver knows a terminal again."""

import msgspec

from events.base import Value
from services.session_driver.terminal.prompt import PromptState


class Identity(Value):
    """Who a terminal belongs to and which one of that name it is; `nonce` marks our own marks.

    Told once, when the terminal is started.
    """

    session_id: str
    epoch: str
    owner: str
    nonce: str
    shell: str
    requested: dict[str, str]

    def __repr__(self) -> str:
        return f"Identity({self.session_id} {self.epoch})"


class Rest(Value):
    """The terminal while no call has it: told anew each time, with the offset that it holds for.

    `home` is where the cursor stands on an empty line, `record` the newest record stored then.
    """

    prompt: PromptState
    home: tuple[int, int] | None
    record: int


def encoded(memory: Identity | Rest) -> bytes:
    """Return what the host keeps."""
    return msgspec.msgpack.encode(memory)


def identity(note: bytes) -> Identity:
    """Read an identity back. Raises msgspec.DecodeError."""
    return msgspec.msgpack.decode(note, type=Identity)


def rest(note: bytes) -> Rest:
    """Read a state of rest back. Raises msgspec.DecodeError."""
    return msgspec.msgpack.decode(note, type=Rest)


def first_rest() -> tuple[int, bytes]:
    """Return the state before the first byte, with its offset."""
    return 0, encoded(Rest(prompt=PromptState(), home=None, record=0))
