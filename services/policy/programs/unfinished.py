"""What stays in front of a program, typed and not yet entered, so that it is judged as one line."""

from typing import Final

from events.actions import Action, SendKeys, SendText
from events.base import plain
from events.review import Context
from services.policy.languages import python, sql
from services.policy.programs.program import Program, find, next_keys
from services.policy.rules import Rules

NOT_KNOWN: Final = "(not known)"
NOT_EMPTY: Final = "(not empty)"
_UNCLEAR: Final = frozenset({NOT_KNOWN, NOT_EMPTY})
_LONGEST: Final = 2000
_WITHIN: Final = frozenset({"left", "right", "home", "end"})  # nothing moves on an empty line


def is_known(line: str) -> bool:
    """Whether it is known what was typed before."""
    return line not in _UNCLEAR


def in_front(context: Context, rules: Rules) -> Program | None:
    """Return how the program in front reads; None where it is not known, and at a prompt."""
    return None if context.prompt == "idle" else find(context.foreground, rules.programs)


def left_over(context: Context, action: Action, rules: Rules) -> str:
    """Return what the line holds after an action."""
    line, program = plain(context.line), in_front(context, rules)
    match action:
        case SendText():
            return after_text(line, plain(action.text), action.submit, program)
        case SendKeys():
            for key in action.keys:
                line = after_key(line, key, program)
            return line
        case _:
            return NOT_KNOWN


def after_text(line: str, text: str, submit: bool, program: Program | None) -> str:
    """Return what is left when a text came after a line; a line end in it may be pasted."""
    if not is_known(line) or "\n" in text or "\t" in text:
        return NOT_KNOWN
    whole = f"{line}{text}\n" if submit else line + text
    left = _entered(whole, program) if submit or _is_keys(program) else whole
    return left if len(left) <= _LONGEST else NOT_KNOWN


def after_key(line: str, key: str, program: Program | None) -> str:
    """Return what is left when a key came after a line."""
    if key == "enter":
        return after_text(line, "", True, program)
    if key == "space":
        return after_text(line, " ", False, program)
    if key == "ctrl_c" and program and program.reads in {"python", "sql", "lines"}:
        return ""
    moves = key in _WITHIN or (_is_keys(program) and program and key in program.keys.split())
    return "" if moves and line == "" else NOT_KNOWN


def _is_keys(program: Program | None) -> bool:
    return program is not None and program.reads == "keys"


def _entered(whole: str, program: Program | None) -> str:
    if program is None or program.reads in {"shell", "lines"}:
        return ""
    match program.reads:
        case "python":
            return python.open_part(whole)
        case "sql":
            return _open_statement(whole, program)
        case _:
            return _open_keys(whole, program)


def _open_statement(whole: str, program: Program) -> str:
    if any(form.compiled.fullmatch(whole.strip()) for form in program.forms):
        return ""
    left = sql.open_part(whole)
    return NOT_KNOWN if left is None else left


def _open_keys(whole: str, program: Program) -> str:
    """Return the keys that begin something which only Enter ends."""
    at = 0
    while at < len(whole):
        form, found = next_keys(program.forms, whole, at)
        if form is None or found is None:
            return whole[at:] if "\n" not in whole[at:] else NOT_KNOWN
        at = found.end()
        if at == len(whole) and form.compiled.fullmatch(found[0] + "\n"):
            return found[0]
    return ""
