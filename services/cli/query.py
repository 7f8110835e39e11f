"""Which events of the log are wanted."""

import difflib
from collections.abc import Sequence
from typing import Final

import msgspec

from events.base import SessionEvent
from events.calls import CallEvent
from events.recorded import Recorded
from events.subjects import EVENTS, BadToken, fact, token
from events.vocabulary import ALL
from services.cli.refused import Refused

_NAMES: Final = {event.__name__.lower(): event for event in ALL} | {
    fact(event): event for event in ALL
}


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """A filter over the log; empty means any. `call` may be the beginning of an id."""

    call: str = ""
    session: str = ""
    types: tuple[type[SessionEvent], ...] = ()

    @property
    def subject(self) -> str:
        """The narrowest subject that holds everything wanted."""
        name = fact(self.types[0]) if len(self.types) == 1 else "*"
        return f"{EVENTS}.*.{self.session or '*'}.{name}"

    def wants(self, recorded: Recorded) -> bool:
        """Tell whether this event is wanted."""
        event = recorded.event
        of_call = isinstance(event, CallEvent) and event.call_id.startswith(self.call)
        return (
            (not self.call or of_call)
            and self.session in {"", event.session_id}
            and (not self.types or isinstance(event, self.types))
        )


def query(call: str, session: str, types: Sequence[str]) -> Query:
    """Return what was asked for. Raises Refused where there is no such event."""
    try:
        named = token(session) if session else ""
    except BadToken as error:
        raise Refused(f"{session!r} is no session: letters, digits, - and _ only") from error
    return Query(call=call, session=named, types=tuple(map(_type, types)))


def _type(name: str) -> type[SessionEvent]:
    if found := _NAMES.get(name.lower()):
        return found
    near = difflib.get_close_matches(name.lower(), _NAMES, 1)
    guess = f"; did you mean {_NAMES[near[0]].__name__}?" if near else ";"
    raise Refused(f"there is no event {name!r}{guess} `eim flow` lists them all")
