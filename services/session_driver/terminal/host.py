"""Where a terminal lives: what every backend can do, and every terminal on it.

host = await backend.spawn(Asked(spawn, size, note), on_output)   # raises OSError, ValueError
for host in await backend.found():            # those of an earlier driver
    host.note, host.notes, host.offset
    host.deliver(on_output, stored=0)         # output from the larger of host.offset and
                                              # `stored` on, then host.exited
host.keep(offset, note)                       # given back while what follows it is not acked
host.ack(offset)                              # all before is stored
await host.close() -> int                     # ends it, and nobody finds it any more
host.lost                                     # its backend is gone: exited as by a hang-up
backend.close()                               # leave; the terminals go on
await backend.stop()                          # end them
"""

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

LONGEST_LINE = 1023 if sys.platform == "darwin" else 4095


@dataclass(frozen=True, slots=True)
class Foreground:
    """Which process group has the keyboard, and how the line discipline treats input.

    `editing` is true while input is read key by key, as line editors and full-screen programs do;
    `echo` is false where typed characters are hidden, as at a password prompt.
    """

    pgid: int
    editing: bool
    echo: bool

    @property
    def shows_keys(self) -> bool:
        """Whether the terminal itself shows what is typed, before any program has read it."""
        return self.echo and not self.editing

    def takes_whole(self, line: bytes) -> bool:
        """Whether a line arrives whole; without an editor the kernel cuts it and hands that on."""
        return self.editing or len(line) <= LONGEST_LINE


class WriteStalled(Exception):
    """The terminal took only a part of the input in time."""

    def __init__(self, written: int, total: int) -> None:
        super().__init__(f"the terminal took {written} of {total} bytes")
        self.written = written


@dataclass(frozen=True, slots=True)
class Spawn:
    """What to start: program, complete environment and working directory."""

    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What to start, on a terminal of (columns, rows); the note is given back to later drivers.

    The name is what people may find it by.
    """

    spawn: Spawn
    size: tuple[int, int]
    note: bytes = b""
    name: str = ""


type OnOutput = Callable[[bytes], None]
type OnTorn = Callable[[int, bytes], None]


class Host(Protocol):
    """A running terminal that can be typed into.

    `offset` counts the bytes printed since it was opened, up to what was delivered last. `replies`
    says that the terminal itself answers a program that asks what kind of terminal it is.
    A `borrowed` one is a person's own: closing it lets go of it, and nothing in it is killed.
    """

    fidelity: Literal["raw", "rendered"]
    replies: bool
    borrowed: bool
    pid: int
    note: bytes
    notes: list[tuple[int, bytes]]
    offset: int
    lost: bool
    exited: asyncio.Future[int]

    def deliver(self, on_output: OnOutput, stored: int = 0) -> None: ...
    def ack(self, offset: int) -> None: ...
    def keep(self, offset: int, note: bytes) -> None: ...
    async def write(self, data: bytes, timeout: float = 5.0) -> None: ...
    def answer(self, reply: bytes) -> None: ...
    def resize(self, cols: int, rows: int) -> None: ...
    def kill(self, signum: int) -> None: ...
    def foreground(self) -> Foreground: ...
    def program(self) -> str: ...
    async def close(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """What a terminal shows where that is drawn elsewhere; the cursor is (column, row) from 0."""

    text: str
    coloured: str
    cursor: tuple[int, int]
    size: tuple[int, int]
    alternate: bool
    title: str


@runtime_checkable
class Rendered(Protocol):
    """A host whose output is read from its screen, so that it is a moment behind.

    `catch_up` tells whether it is not; `on_resized` is called when a person changes the size.
    After `hide` nothing is told or shown of what was on the screen.
    """

    on_resized: Callable[[int, int], None]

    async def catch_up(self) -> bool: ...
    async def shown(self) -> Shown: ...
    def hide(self) -> None: ...


@runtime_checkable
class Tearable(Protocol):
    """A host that may miss output, of which nobody knows how much.

    `on_torn` is called with the offset, where one byte stands for it, and what shows the screen as
    it is after that.
    """

    on_torn: OnTorn


@runtime_checkable
class Typeable(Protocol):
    """A host that a person types into as well; `on_typed` is called when they do."""

    on_typed: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Guest:
    """A program that shows a terminal to a person past us, and whether they may type there."""

    name: str
    pid: int
    uid: int
    writes: bool


class Company(Protocol):
    """What is told of the guests of a terminal; `types` returns once their key may come."""

    @property
    def has_control(self) -> bool: ...
    def came(self, guest: Guest) -> None: ...
    def went(self, guest: Guest) -> None: ...
    async def types(self, guest: Guest) -> None: ...
    async def takes(self, guest: Guest) -> None: ...
    async def returns(self, guest: Guest) -> None: ...


class Guests(Protocol):
    """The people who attach to a terminal past us.

    `guard` has their next key told to us, `heed` looks whether there was one, where none is told.
    """

    def greet(self, company: Company) -> None: ...
    async def guard(self) -> None: ...
    async def heed(self) -> None: ...
    def notify(self, guest: Guest, text: str) -> None: ...
    def dismiss(self, guest: Guest) -> None: ...


@runtime_checkable
class Visited(Protocol):
    """A host that people attach to past us."""

    @property
    def guests(self) -> Guests: ...


@runtime_checkable
class OnDisk(Protocol):
    """A host that keeps on a disk what was printed, until it is recorded or to be forgotten."""

    def wipe(self, first: int, end: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Pane:
    """A person's terminal that could be adopted; the backend knows it by its target.

    `shell` is the program it was opened with, `pid` that program, `program` what is in front.
    """

    target: str
    title: str
    program: str
    cwd: str
    cols: int
    rows: int
    pid: int
    shell: str = ""


class NoSuchPane(RuntimeError):
    """There is no terminal of a person by that name, or it cannot be adopted."""


class Backend(Protocol):
    """Opens terminals, and finds those of an earlier driver again."""

    async def found(self) -> Sequence[Host]: ...
    async def spawn(self, asked: Asked, on_output: OnOutput) -> Host: ...
    def close(self) -> None: ...
    async def stop(self) -> None: ...


@runtime_checkable
class Adoptable(Protocol):
    """A backend that people have terminals in."""

    async def panes(self) -> Sequence[Pane]: ...
    async def adopt(self, target: str, note: bytes, on_output: OnOutput) -> Host: ...
