"""The state of a terminal as a reviewer wants to know it."""

from collections.abc import Callable
from dataclasses import dataclass

from events.review import Integration, Prompt
from services.session_driver.terminal.asking import waits_for_terminal
from services.session_driver.terminal.directory import directory_of
from services.session_driver.terminal.host import Foreground, Host
from services.session_driver.terminal.processes import arguments_of
from services.session_driver.terminal.prompt import PromptState
from services.session_driver.terminal.screen import Screen
from services.session_driver.terminal.shells import kind_of

WAITING_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Facts:
    """What is in front of whoever types now; `waits` costs a look at the processes.

    `arguments` is the command line of the program in front, where that is not the shell.
    """

    prompt: Prompt
    n: int
    line_empty: bool
    cwd: str
    shell: str
    shell_version: str
    integration: Integration
    foreground: str
    bracketed_paste: bool
    alternate_screen: bool
    changed_environment: tuple[str, ...]
    changed_names: tuple[str, ...]
    pending: str | None
    arguments: tuple[str, ...]
    waits: Callable[[], bool]

    @property
    def awaiting_input(self) -> bool:
        """Whether a program waits for somebody to type; a guess where no kernel tells."""
        return self.waits()


@dataclass(frozen=True, slots=True)
class Sight:
    """What the operating system and the screen say just now.

    `reads` tells whether a process group reads its terminal; asked only while something runs.
    """

    foreground: Foreground
    program: str
    shell_pid: int
    cwd: str
    at_home: bool
    column: int
    quiet: float
    reads: Callable[[int], bool | None] = waits_for_terminal
    arguments: Callable[[int], tuple[str, ...]] = arguments_of


def seen(host: Host, screen: Screen, quiet: float) -> Sight:
    """Look at a shell's host and at its screen, on which nothing was printed for some seconds."""
    return Sight(
        foreground=host.foreground(),
        program=host.program(),
        shell_pid=host.pid,
        cwd=directory_of(host.pid),
        at_home=screen.at_home,
        column=screen.cursor[0],
        quiet=quiet,
    )


def gather(shell: str, state: PromptState, sight: Sight) -> Facts:
    """Join what the marks say with what is seen; marks are not believed against the kernel."""
    in_front = sight.foreground.pgid == sight.shell_pid
    idle = state.status == "idle"
    return Facts(
        prompt="unknown" if idle and not in_front else state.status,
        n=state.n,
        line_empty=idle and in_front and state.line_empty and sight.at_home,
        cwd=sight.cwd or state.cwd,
        shell=kind_of(shell),
        shell_version=state.shell_version,
        integration=state.integration,
        foreground=sight.program,
        bracketed_paste=state.bracketed_paste,
        alternate_screen=state.alternate_screen,
        changed_environment=state.changed_environment,
        changed_names=state.changed_names,
        pending=state.pending,
        arguments=() if in_front else sight.arguments(sight.foreground.pgid),
        waits=lambda: (not in_front or state.status == "running") and _waits(sight),
    )


def _waits(sight: Sight) -> bool:
    """Whether the kernel says so; else quiet, and reading keys, hiding them, or within a line."""
    told = sight.reads(sight.foreground.pgid)
    if told is not None:
        return told
    if sight.quiet < WAITING_SECONDS:
        return False
    return sight.foreground.editing or not sight.foreground.echo or sight.column > 0
