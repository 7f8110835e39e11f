"""The review of everything that is typed: commands, text and keys."""

from collections.abc import Iterator

from events.actions import RunCommand, SendKeys, SendText
from events.base import plain
from events.review import Context
from services.policy.blacklist import blacklisted
from services.policy.characters import unreadable
from services.policy.concern import Concern
from services.policy.dialect import too_large
from services.policy.keys import KEYS
from services.policy.line import Line, split
from services.policy.meaning.meaning import meaning
from services.policy.own import reaches_us, touches_us
from services.policy.place import unsure_place
from services.policy.rules import Rules
from services.policy.taint import under_taint
from services.policy.verdict import Verdict

_MOST_EFFECTS = 64
_HARMLESS_KEYS = frozenset(
    {"up", "down", "left", "right", "home", "end", "page_up", "page_down", "ctrl_c"}
)


def review_command(action: RunCommand, context: Context, rules: Rules) -> Verdict:
    text = plain(action.command)
    line = split(text)
    never = [*_never(text, line, context, rules)]
    if never:
        return Verdict(f"runs {_names(line)}", never)
    found = meaning(text, line, context, rules)
    concerns = [*found.concerns, *unsure_place(context, rules)]
    concerns += touches_us(found.resolved, context, rules)
    concerns += blacklisted(found.resolved, rules.blacklist_patterns, rules.wrappers)
    concerns += under_taint(found.effects, context.taint, rules)
    if concerns:
        concerns = [*reaches_us(line, rules), *reaches_us(found.resolved, rules), *concerns]
    effects = tuple(each.recorded for each in found.effects[:_MOST_EFFECTS])
    kinds = frozenset(each.kind for each in found.effects)
    return Verdict(found.summary, concerns, effects, kinds)


def review_text(action: SendText, context: Context, rules: Rules) -> Verdict:
    text = plain(action.text)
    submit = " and presses Enter" if action.submit else ""
    if context.prompt == "running":
        program = context.foreground or "the running program"
        summary = f"types {len(text)} characters into {program} as code for it{submit}"
    else:
        summary = f"types {len(text)} characters at the prompt{submit}"
    line = split(text)
    concerns = [*_never(text, line, context, rules), *reaches_us(line, rules)]
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
    names = list(dict.fromkeys(each.argv[0] for each in line.segments if each.words))
    shown = names if len(names) <= 5 else [*names[:4], f"{len(names) - 4} more"]
    return " and ".join(part for part in (", ".join(shown[:-1]), *shown[-1:]) if part) or "nothing"
