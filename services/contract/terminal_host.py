"""Frames between the driver and the terminal-host of its node, on a unix socket.

A terminal is a random u64; an offset is a u64 that counts every byte its programs printed. `rest`
is bytes up to the end of the frame. What is malformed closes the connection.

    driver to host
     1 Hello     version u16; first, and what makes this connection the driver's
     2 Spawn     request u32, columns u16, rows u16, number of arguments u16, size of note u32,
                 rest: the note, then, with NUL between them, the working directory, the arguments
                 and the variables as NAME=value
     3 Ack       terminal, offset: what is before it is stored and need not be kept
     4 Note      terminal, offset, rest: what the driver wants to be told with what follows
     5 Forget    terminal, which has ended
     6 Stop      hang up every terminal and end
    host to driver
    16 Welcome   version u16, process u32
    17 Listed *  terminal, process u32, acked offset, ended u8, exit status i32, rest: its note
    18 Noted     terminal, offset, rest: the newest note up to the acked offset, and all after it
    19 Ready     all terminals are listed; now their output follows, from the acked offsets on
    20 Spawned * request u32, terminal, process u32
    21 Refused   request u32, errno u32, rest: what it is about
    22 Output    terminal, offset of its first byte, rest
    23 Exited    terminal, exit status i32, negative for a signal; after its last Output
    24 Farewell  rest: why the host closes the connection

With each frame marked * comes one descriptor, the terminal's master side, by SCM_RIGHTS.
"""

from pathlib import Path
from struct import Struct
from typing import Final, NamedTuple

from services.contract.frames import Cutter, Form, Malformed, Vocabulary

VERSION: Final = 1
SPOOL: Final = 1024 * 1024
"""Bytes of a terminal that are kept until they are acked; then its programs wait."""
LINGER: Final = 30.0
"""Seconds that a host without terminals waits for a driver."""


class Hello(NamedTuple):
    """A driver takes the terminals over."""

    version: int


class Spawn(NamedTuple):
    """Start a program on a new terminal; made by `spawn_frame`, read by `program_in`."""

    request: int
    cols: int
    rows: int
    arguments: int
    note_size: int
    rest: bytes


class Ack(NamedTuple):
    """What is before the offset is stored."""

    terminal: int
    offset: int


class Note(NamedTuple):
    """Keep this for whoever reads on from here."""

    terminal: int
    offset: int
    note: bytes


class Forget(NamedTuple):
    """The end of this terminal is known."""

    terminal: int


class Stop(NamedTuple):
    """Hang up every terminal and end."""


class Welcome(NamedTuple):
    """The connection is the driver's."""

    version: int
    pid: int


class Listed(NamedTuple):
    """A terminal that is there; its descriptor comes along."""

    terminal: int
    pid: int
    acked: int
    ended: bool
    status: int
    note: bytes


class Noted(NamedTuple):
    """A note that is still of use."""

    terminal: int
    offset: int
    note: bytes


class Ready(NamedTuple):
    """Every terminal is listed."""


class Spawned(NamedTuple):
    """The program runs; the descriptor of its terminal comes along."""

    request: int
    terminal: int
    pid: int


class Refused(NamedTuple):
    """The program could not be started."""

    request: int
    errno: int
    about: bytes


class Output(NamedTuple):
    """What a terminal's programs printed."""

    terminal: int
    offset: int
    data: bytes


class Exited(NamedTuple):
    """The terminal's first program ended, and all its output was told."""

    terminal: int
    status: int


class Farewell(NamedTuple):
    """Why the host closes the connection."""

    reason: bytes


type Request = Hello | Spawn | Ack | Note | Forget | Stop
type Told = Welcome | Listed | Noted | Ready | Spawned | Refused | Output | Exited | Farewell
type Frame = Request | Told


class Program(NamedTuple):
    """What to start, with the complete environment; `note` is kept as long as the terminal."""

    argv: tuple[bytes, ...]
    env: dict[bytes, bytes]
    cwd: bytes
    note: bytes = b""


_VOCABULARY: Final = Vocabulary[Frame](
    Form(1, Hello, Struct("!H")),
    Form(2, Spawn, Struct("!IHHHI"), rest=True),
    Form(3, Ack, Struct("!QQ")),
    Form(4, Note, Struct("!QQ"), rest=True),
    Form(5, Forget, Struct("!Q")),
    Form(6, Stop, Struct("!")),
    Form(16, Welcome, Struct("!HI")),
    Form(17, Listed, Struct("!QIQ?i"), rest=True),
    Form(18, Noted, Struct("!QQ"), rest=True),
    Form(19, Ready, Struct("!")),
    Form(20, Spawned, Struct("!IQI")),
    Form(21, Refused, Struct("!II"), rest=True),
    Form(22, Output, Struct("!QQ"), rest=True),
    Form(23, Exited, Struct("!Qi")),
    Form(24, Farewell, Struct("!"), rest=True),
)
encode: Final = _VOCABULARY.encode


class Frames(Cutter[Frame]):
    """Cuts what arrives into frames."""

    def __init__(self) -> None:
        super().__init__(_VOCABULARY)


def spawn_frame(request: int, size: tuple[int, int], program: Program) -> Spawn:
    """Return the frame that asks for a program. Raises ValueError where it cannot be told."""
    variables = [name + b"=" + value for name, value in program.env.items()]
    words = [program.cwd, *program.argv, *variables]
    if not program.argv or any(b"\0" in word for word in words):
        raise ValueError("a program needs a name, and no NUL in its words")
    if any(not name or b"=" in name for name in program.env):
        raise ValueError("the name of a variable is not empty and holds no =")
    rest = program.note + b"\0".join(words)
    return Spawn(request, *size, len(program.argv), len(program.note), rest)


def program_in(frame: Spawn) -> Program:
    """Return the program that is asked for. Raises Malformed."""
    words = frame.rest[frame.note_size :].split(b"\0")
    cwd, argv, variables = words[0], words[1 : 1 + frame.arguments], words[1 + frame.arguments :]
    if not frame.arguments or len(argv) != frame.arguments or len(frame.rest) < frame.note_size:
        raise Malformed("a program without all its arguments")
    pairs = [variable.partition(b"=") for variable in variables]
    env = {name: value for name, _, value in pairs}
    if b"" in env:
        raise Malformed("a variable without a name")
    return Program(tuple(argv), env, cwd, frame.rest[: frame.note_size])


def socket_of(run: Path, node: str) -> Path:
    """Return where the host of a node answers."""
    return run / f"terminal_host.{node}.sock"


def lock_of(run: Path, node: str) -> Path:
    """Return what the host of a node holds while it runs."""
    return run / f"terminal_host.{node}.lock"
