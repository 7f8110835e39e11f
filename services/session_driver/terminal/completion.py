"""Decides from evidence whether a command has ended, and how sure that is."""

from dataclasses import dataclass
from typing import Literal

from events.calls import Completion

type Source = Literal["osc133", "marker", "process_exit"]

BACK_SECONDS = 0.3
QUIET_SECONDS = 1.0
LOST_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen since the command was typed. Times are seconds that something has lasted.

    `ended` and `prompted` are exit codes from marks of this very command and of a later prompt,
    `marker` one from a private marker, `shell_exit` the end of the shell itself. `back` is how
    long the shell has had the keyboard again, `editing` whether it reads key by key there. A
    marker counts only while the shell is back: it says nothing about who printed it.
    """

    ended: tuple[int | None] | None = None
    prompted: tuple[int | None] | None = None
    marker: tuple[int | None] | None = None
    shell_exit: tuple[int | None] | None = None
    several_lines: bool = False
    integrated: bool = False
    back: float | None = None
    editing: bool = False
    quiet: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The command is over."""

    completion: Completion
    exit_code: int | None


def judge(evidence: Evidence) -> Verdict | None:
    """Return the verdict of the best evidence at hand; None while the command may still run."""
    return _marked(evidence) or _observed(evidence)


def _marked(evidence: Evidence) -> Verdict | None:
    if evidence.ended and (evidence.prompted or not evidence.several_lines):
        return _verdict("osc133", evidence.ended)
    if evidence.prompted:  # nothing was executed: a comment, a syntax error, Ctrl-C at the prompt
        return _verdict("osc133", evidence.prompted)
    if evidence.marker and evidence.back is not None:
        return _verdict("marker", evidence.marker)
    if evidence.shell_exit:
        return _verdict("process_exit", evidence.shell_exit)
    return None


def _observed(evidence: Evidence) -> Verdict | None:
    """Judge by who has the keyboard; where marks should have come, never call it confirmed."""
    if evidence.back is None:
        return None
    if evidence.integrated:
        lost = evidence.editing and min(evidence.back, evidence.quiet) >= LOST_SECONDS
        return Verdict(Completion(source="heuristic", confirmed=False), None) if lost else None
    if evidence.editing and min(evidence.back, evidence.quiet) >= BACK_SECONDS:
        return Verdict(Completion(source="process_exit", confirmed=True), None)
    if min(evidence.back, evidence.quiet) >= QUIET_SECONDS:
        return Verdict(Completion(source="heuristic", confirmed=False), None)
    return None


def _verdict(source: Source, code: tuple[int | None]) -> Verdict:
    return Verdict(Completion(source=source, confirmed=True), code[0])
