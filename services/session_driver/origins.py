"""What reaches a terminal without a review of its own: each origin, its bytes, and why it may.

Everything else is typed by the calls of `Driver.begin`, after a clearance that still fits. A test
finds every place that types and fails for one that is neither behind that gate nor listed here.
"""

import re
from typing import Final

import msgspec

INTERRUPTS: Final = {
    "ctrl_c": b"\x03",
    "ctrl_d": b"\x04",
    "ctrl_z": b"\x1a",
    "ctrl_backslash": b"\x1c",
}
"""The keys that stop a command, and nothing else that `interrupt` could type."""

# What the terminal is, where the cursor is, whether a mode is on. A reply that repeats what a
# program sent would be a way to type.
REPLIES: Final = re.compile(rb"\x1b\[[?>=]?[\d;]*(?:[cnR]|\$y)")
"""Replies of a terminal to the questions of programs: made of numbers only."""


class Origin(msgspec.Struct, frozen=True):
    """Who causes it, the function that does it, what arrives, and why without a review."""

    who: str
    place: str
    what: str
    why: str


ORIGINS: Final = (
    Origin(
        who="the caller whose command runs",
        place="questions.Questions.interrupt",
        what="one key of INTERRUPTS, while that very command runs",
        why="stopping must not wait for a person or for the log; InterruptSent records it",
    ),
    Origin(
        who="the command's own time limit",
        place="running._cut_short",
        what="ctrl_c",
        why="timeout_ms is a part of the call that was reviewed",
    ),
    Origin(
        who="a program that asks its terminal",
        place="terminal.session.Terminal._answer",
        what="what matches REPLIES, while the program that asked reads key by key",
        why="full-screen programs wait for it, whether or not somebody looks; what the terminals "
        "of people reply is dropped by `eim attach`, so each question has one answer",
    ),
    Origin(
        who="the start of a shell",
        place="terminal.shells.prepare",
        what="no byte is typed: a start-up file, variables, and a file with the nonce of its marks",
        why="the opening of the session was reviewed, the files are ours",
    ),
    Origin(
        who="the end of a session, or of the driver",
        place="terminal.pty.Pty.close",
        what="no byte is typed: hang-up, continue and kill signals",
        why="closing was reviewed; a driver that leaves takes its terminals with it",
    ),
    Origin(
        who="the end of a session in tmux",
        place="terminal.tmux.pane.TmuxPane.close",
        what="no byte is typed: signals as above; a person's own pane is only let go of",
        why="closing was reviewed",
    ),
    Origin(
        who="a program in tmux that asks its terminal",
        place="terminal.tmux.pane.TmuxPane.answer",
        what="no byte is typed by us: tmux itself has replied, with what its own screen shows",
        why="tmux is the terminal there, as a person's terminal is elsewhere",
    ),
    Origin(
        who="a person who runs eim doctor --iterm2-selftest",
        place="iterm2_selftest.subject.Subject.do",
        what="the commands of iterm2_selftest/checks.py",
        why="only in a window that the self-test opened itself; no assistant can start it",
    ),
    Origin(
        who="a person who runs eim doctor --iterm2-selftest",
        place="iterm2_selftest.checks.interrupting",
        what="sleep 60 and ctrl_c",
        why="as above",
    ),
    Origin(
        who="a session that is to be seen in iTerm2",
        place="terminal.iterm2.view.View.show",
        what="no byte is typed: a pane whose program is our own `eim attach`",
        why="the opening of the session was reviewed; what a profile would type is left out",
    ),
    Origin(
        who="a person who returns a session of their iTerm2 that they had in private",
        place="terminal.iterm2.api_session.ApiSession.inject",
        what="line feeds, moves of the cursor and a clearing, shown as if printed: no program "
        "reads them, and iTerm2 replies to none of them",
        why="what they left on the screen has to be out of the reach of everybody else",
    ),
    Origin(
        who="a person at the keyboard",
        place="views.hands.Hands._type",
        what="the keys of a view whose person the kernel knows as this user, and who took control "
        "with the first of them",
        why="a person needs no review; ControlTaken records it, and meanwhile no call is typed",
    ),
    Origin(
        who="a person in a tmux client",
        place="terminal.tmux.guests.TmuxGuests.admit",
        what="no byte is typed by us: tmux hands on the keys of its clients, in a session of ours "
        "the first of them once the person has control",
        why="as above",
    ),
)
