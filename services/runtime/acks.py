"""What the broker answers to a publish, read once for all."""

from typing import NamedTuple

import msgspec

WRONG_LAST_SEQUENCE = {10071, 10164}
FULL = {10077, 10047, 10023}


class LogFull(RuntimeError):
    """The log has reached its size limit."""


class LogRefused(RuntimeError):
    """The broker will not store this event, however often it is asked."""


class Moved(RuntimeError):
    """The broker holds newer events of the session than the publisher expected."""


class _Error(msgspec.Struct):
    code: int
    err_code: int = 0
    description: str = ""


class _Ack(msgspec.Struct):
    seq: int = 0
    duplicate: bool = False
    error: _Error | None = None


class Stored(NamedTuple):
    """Where a message is; `repeated` says that an earlier attempt had put it there."""

    sequence: int
    repeated: bool = False


def acknowledged(body: bytes) -> Stored:
    """Return what a publish acknowledgement says. Raises Moved, LogFull, LogRefused.

    10071 comes from one replica, 10164 while another write is in flight on three.
    """
    ack = msgspec.json.decode(body, type=_Ack)
    if ack.error is None:
        return Stored(ack.seq, ack.duplicate)
    if ack.error.err_code in WRONG_LAST_SEQUENCE:
        raise Moved(ack.error.description)
    if ack.error.err_code in FULL:
        raise LogFull(ack.error.description)
    raise LogRefused(f"{ack.error.err_code}: {ack.error.description}")
