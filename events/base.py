"""An event is a fact: frozen, keyword-only, tagged on the wire with its class name."""

from typing import Any, dataclass_transform

import msgspec


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class _Fact(msgspec.StructMeta):
    """Sets frozen and kw_only, which msgspec and type checkers do not inherit on their own."""

    def __new__(
        mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **config: Any
    ) -> "_Fact":
        settings: dict[str, Any] = {"frozen": True, "kw_only": True, **config}
        return super().__new__(mcls, name, bases, namespace, **settings)


class Value(msgspec.Struct, metaclass=_Fact):
    """A part of an event."""


class Event(msgspec.Struct, metaclass=_Fact, tag=True):
    """Something that happened. The class name is the `type` on the wire and never changes."""


class SessionEvent(Event):
    """A fact about one terminal session; `_` stands for the node itself."""

    session_id: str = "_"


class Sealed(Value):
    """Text encrypted under its session's data key; destroying the key redacts it."""

    key_id: str
    nonce: bytes
    ciphertext: bytes


type Text = str | Sealed
"""What a person typed or a program printed. Every such field has this type from the start."""


class SealedTextError(ValueError):
    """The text is sealed and its data key is not at hand."""


def plain(text: Text) -> str:
    """Return readable text; raises SealedTextError where it is sealed."""
    if isinstance(text, Sealed):
        raise SealedTextError(text.key_id)
    return text
