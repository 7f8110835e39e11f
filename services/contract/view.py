"""Frames between a view of a session, such as `eim attach`, and the driver, on a unix socket.

    view to driver
     1 Attach    version u16, columns u16, rows u16, writes u8, rest: the session, as a person
                 names it: its id, the beginning of that, its name; empty for the only one
     2 Typed     rest: keys of the person
     3 Resized   columns u16, rows u16: of the view's own terminal
     4 Redraw    asks for a picture
     5 Take      take control
     6 GiveBack  return control
    driver to view
    16 Welcome   rest: the id of the session
    17 Picture   columns u16, rows u16, rest: what shows the screen on an empty one of that size
    18 Output    rest: what was printed next, byte for byte
    19 Notice    rest: a line for the person
    20 Farewell  welcome u8: whether the view was attached before, rest: why it is not any more

A view is told nothing but pictures while it takes less than is printed. Columns of 0 are no size.
"""

from pathlib import Path
from struct import Struct
from typing import Final, NamedTuple

from services.contract.frames import Cutter, Form, Vocabulary

VERSION: Final = 1


class Attach(NamedTuple):
    """A view wants to show a session; first, and once."""

    version: int
    cols: int
    rows: int
    writes: bool
    wanted: bytes


class Typed(NamedTuple):
    """A person pressed keys."""

    keys: bytes


class Resized(NamedTuple):
    """The view's own terminal has this size now."""

    cols: int
    rows: int


class Redraw(NamedTuple):
    """What the view shows is not the screen any more."""


class Take(NamedTuple):
    """The person wants control, before the first key."""


class GiveBack(NamedTuple):
    """The person does not need control any more."""


class Welcome(NamedTuple):
    """The view is attached."""

    session_id: bytes


class Picture(NamedTuple):
    """The whole screen."""

    cols: int
    rows: int
    screen: bytes


class Output(NamedTuple):
    """What was printed."""

    data: bytes


class Notice(NamedTuple):
    """Something that the person should know."""

    text: bytes


class Farewell(NamedTuple):
    """The driver closes the connection, for good."""

    welcome: bool
    reason: bytes


type Request = Attach | Typed | Resized | Redraw | Take | GiveBack
type Told = Welcome | Picture | Output | Notice | Farewell
type Frame = Request | Told

_VOCABULARY: Final = Vocabulary[Frame](
    Form(1, Attach, Struct("!HHH?"), rest=True),
    Form(2, Typed, Struct("!"), rest=True),
    Form(3, Resized, Struct("!HH")),
    Form(4, Redraw, Struct("!")),
    Form(5, Take, Struct("!")),
    Form(6, GiveBack, Struct("!")),
    Form(16, Welcome, Struct("!"), rest=True),
    Form(17, Picture, Struct("!HH"), rest=True),
    Form(18, Output, Struct("!"), rest=True),
    Form(19, Notice, Struct("!"), rest=True),
    Form(20, Farewell, Struct("!?"), rest=True),
)
encode: Final = _VOCABULARY.encode


class Frames(Cutter[Frame]):
    """Cuts what arrives into frames."""

    def __init__(self) -> None:
        super().__init__(_VOCABULARY)


def socket_of(run: Path, node: str) -> Path:
    """Return where the driver of a node shows its sessions."""
    return run / f"view.{node}.sock"
