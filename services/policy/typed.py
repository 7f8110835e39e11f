"""The review of everything that is typed: commands, text and keys."""

from collections.abc import Iterator

from events.actions import RunCommand, SendKeys, SendText
from events.base import plain
from events.review import Context
from services.policy.blacklist import blacklisted
from services.policy.characters import unreadable
from services.policy.commands import known_dangers, name, reads_content, unknown_effects
from services.policy.concern import Concern
from services.policy.dialect import hidden_forms, too_large
from services.policy.grammar import disagreements
from services.policy.keys import KEYS
from services.policy.line import Line, split
from services.policy.own import touches_us
from services.policy.place import shell_of, unsure_place
from services.policy.rules import Rules
from services.policy.verdict import Verdict

_HARMLESS_KEYS = frozenset(
    {"up", "down", "left", "right", "home", "end", "page_up", "page_down", "ctrl_c"}
)


def review_command(action: RunCommand, context: Context, rules: Rules) -> Verdict:
    text = plain(action.command)
    line = split(text)
    concerns = [*_never(text, line, context, rules)]
    if not concerns:
        concerns = [
            *known_dangers(line, rules),
            *unsure_place(context, rules),
            *hidden_forms(text, shell_of(context)),
            *unknown_effects(line, context, rules),
        ]
    # Last, and only for a flat line: deep nesting makes the parser overflow the process's stack.
    concerns = concerns or [*disagreements(text, line)]
    also = "; reads files" if not concerns and reads_content(line, rules) else ""
    return Verdict(f"runs {_names(line)}{also}", concerns)


def review_text(action: SendText, context: Context, rules: Rules) -> Verdict:
    text = plain(action.text)
    submit = " and presses Enter" if action.submit else ""
    if context.prompt == "running":
        program = context.foreground or "the running program"
        summary = f"types {len(text)} characters into {program} as code for it{submit}"
    else:
        summary = f"types {len(text)} characters at the prompt{submit}"
    concerns = [*_never(text, split(text), context, rules)]
    return Verdict(summary, concerns or [Concern("review", "typed-text", f"This {summary}.")])


def review_keys(action: SendKeys) -> Verdict:
    pressed = ", ".join(action.keys) or "nothing"
    unknown = [key for key in action.keys if key not in KEYS]
    if unknown:
        text = f"There is no key {', '.join(map(repr, unknown))}; keys are {', '.join(KEYS)}."
        return Verdict("presses unknown keys", [Concern("blocked", "unknown-key", text)])
    concerns = [
        Concern("review", "key", f"{key} can make a program act.")
        for key in dict.fromkeys(action.keys)
        if key not in _HARMLESS_KEYS
    ]
    return Verdict(f"presses {pressed}", concerns)


def _never(text: str, line: Line, context: Context, rules: Rules) -> Iterator[Concern]:
    yield from unreadable(text)
    yield from too_large(text, line)
    yield from touches_us(line, context, rules)
    yield from blacklisted(line, rules.blacklist_patterns, rules.wrappers)


def _names(line: Line) -> str:
    names = list(dict.fromkeys(name(segment) or "nothing" for segment in line.segments))
    shown = names if len(names) <= 5 else [*names[:4], f"{len(names) - 4} more"]
    return " and ".join(part for part in (", ".join(shown[:-1]), *shown[-1:]) if part) or "nothing"
