"""The review of a command for an idle prompt, and of what may never be typed anywhere."""

from collections.abc import Iterator

from events.actions import RunCommand
from events.base import plain
from events.review import Context
from services.policy.blacklist import blacklisted
from services.policy.characters import unreadable
from services.policy.concern import Concern
from services.policy.dialect import too_large
from services.policy.line import Line, split
from services.policy.meaning.meaning import meaning
from services.policy.own import reaches_us, touches_us
from services.policy.place import unsure_place
from services.policy.redefined import redefined
from services.policy.rules import Rules
from services.policy.taint import under_taint
from services.policy.verdict import Verdict

_MOST_EFFECTS = 64


def review_command(action: RunCommand, context: Context, rules: Rules) -> Verdict:
    text = plain(action.command)
    line = split(text)
    forbidden = [*never(text, line, context, rules)]
    if forbidden:
        return Verdict(f"runs {_names(line)}", forbidden)
    found = meaning(text, line, context, rules)
    concerns = [*found.concerns, *unsure_place(context, rules)]
    concerns += dict.fromkeys((*redefined(line, context), *redefined(found.resolved, context)))
    concerns += touches_us(found.resolved, context, rules)
    concerns += blacklisted(found.resolved, rules.blacklist_patterns, rules.wrappers)
    concerns += under_taint(found.effects, context.taint, rules)
    if concerns:
        concerns = [*reaches_us(line, rules), *reaches_us(found.resolved, rules), *concerns]
    effects = tuple(each.recorded for each in found.effects[:_MOST_EFFECTS])
    kinds = frozenset(each.kind for each in found.effects)
    return Verdict(found.summary, concerns, effects, kinds)


def never(text: str, line: Line, context: Context, rules: Rules) -> Iterator[Concern]:
    """Yield why a text is typed nowhere."""
    yield from unreadable(text)
    yield from too_large(text, line)
    yield from touches_us(line, context, rules)
    yield from blacklisted(line, rules.blacklist_patterns, rules.wrappers)


def _names(line: Line) -> str:
    names = list(dict.fromkeys(each.argv[0] for each in line.segments if each.words))
    shown = names if len(names) <= 5 else [*names[:4], f"{len(names) - 4} more"]
    return " and ".join(part for part in (", ".join(shown[:-1]), *shown[-1:]) if part) or "nothing"
