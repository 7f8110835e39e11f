"""What is known about a shell's prompt, folded from the marks in its output."""

from dataclasses import dataclass, replace
from urllib.parse import unquote_to_bytes

from events.review import Integration, Prompt
from services.session_driver.terminal.marks import Mark


@dataclass(frozen=True, slots=True)
class PromptState:
    """The prompt after a number of marks.

    `n` counts the commands started: at a prompt with n=5 the next command is n=6, and so are its
    start and its end. `prompt` counts prompts, and grows also where nothing was executed.
    `line_empty` is false from the first key typed at the prompt until the next one. `markers`
    says that the shell has no hook before a command: it never counts one, and never edits lines.
    `ended` holds from the end of a command up to the next prompt: what runs then are hooks.
    `pending` is what was typed and not yet entered, into whatever is in front; None: not known.
    """

    status: Prompt = "unknown"
    n: int = 0
    prompt: int = 0
    exit_code: int | None = None
    cwd: str = ""
    bracketed_paste: bool = False
    alternate_screen: bool = False
    line_empty: bool = False
    continuation: bool = False
    integration: Integration = "none"
    shell_version: str = ""
    changed_environment: tuple[str, ...] = ()
    markers: bool = False
    ended: bool = False
    changed_names: tuple[str, ...] = ()
    pending: str | None = None


def typed(state: PromptState) -> PromptState:
    """Somebody typed: what the line holds is known again at the next prompt."""
    return replace(state, line_empty=False, pending=None)


def left(state: PromptState, line: str) -> PromptState:
    """It is known what is left on the line after that; a prompt that came since knows better."""
    return state if state.pending is not None else replace(state, pending=line)


def begun(state: PromptState) -> PromptState:
    """A command was typed; a shell without a hook before commands will not say so."""
    return replace(state, status="running") if state.markers else state


def lost(state: PromptState) -> PromptState:
    """Marks are missing; the next prompt says again how things stand."""
    return replace(state, status="unknown", line_empty=False, bracketed_paste=False)


def evolve(state: PromptState, mark: Mark) -> PromptState:
    """Apply one mark; a mark of a command that is over changes nothing."""
    if mark.kind == "bracketed_paste":
        # such a shell never switches it on: what a program left on, it would not understand
        at_prompt = state.markers and state.status == "idle"
        return replace(state, bracketed_paste=mark.on and not at_prompt)
    if mark.kind == "alternate":
        return replace(state, alternate_screen=mark.on)
    if mark.n < state.n:
        return state
    return _report(state, mark) if mark.kind == "report" else _progress(state, mark)


def _progress(state: PromptState, mark: Mark) -> PromptState:
    match mark.kind:
        case "prompt" | "marker":
            by_marker = mark.kind == "marker"
            return replace(
                state,
                n=mark.n,
                prompt=mark.prompt,
                exit_code=mark.exit_code,
                continuation=False,
                bracketed_paste=state.bracketed_paste and not by_marker,
                markers=by_marker,
                ended=False,
            )
        case "input":
            paste = state.bracketed_paste or mark.on
            return replace(
                state,
                status="idle",
                line_empty=True,
                continuation=False,
                bracketed_paste=paste,
                pending="",
            )
        case "continuation":
            return replace(state, continuation=True)
        case "command":
            return replace(
                state,
                status="running",
                n=mark.n,
                line_empty=False,
                continuation=False,
                ended=False,
            )
        case "end":
            return replace(state, exit_code=mark.exit_code, ended=True)
        case _:
            return state


def _report(state: PromptState, mark: Mark) -> PromptState:
    match mark.name:
        case "ready":
            shell, _, version = mark.value.partition(",")
            full = shell in ("zsh", "fish") or _has_ps0(version)
            return replace(state, integration="full" if full else "partial", shell_version=version)
        case "cwd":
            return replace(state, cwd=_text(mark.value))
        case "env":
            return replace(state, changed_environment=_listed(mark.value))
        case "names":
            return replace(state, changed_names=_listed(mark.value))
        case _:
            return state


def _listed(value: str) -> tuple[str, ...]:
    return tuple(name for name in value.split(",") if name)


def _text(quoted: str) -> str:
    return unquote_to_bytes(quoted).decode(errors="backslashreplace")


def _has_ps0(version: str) -> bool:
    major, minor, *_ = (*version.split("."), "0", "0")
    return (int(major), int(minor)) >= (4, 4) if major.isdigit() and minor.isdigit() else False
