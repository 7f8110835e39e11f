"""Nothing a model types may reach the system that judges it."""

from collections.abc import Iterator

from events.review import Context
from services.policy.addresses import names_address
from services.policy.commands import name
from services.policy.concern import Concern
from services.policy.heads import heads, program
from services.policy.line import Line
from services.policy.paths import is_own
from services.policy.rules import Rules


def touches_us(line: Line, context: Context, rules: Rules) -> Iterator[Concern]:
    called = {program(argv) for argv in heads(line, rules.wrappers)}
    for own in sorted(called & {own.casefold() for own in rules.own_commands}):
        yield Concern("blocked", "own-command", f"{own} controls this very system.")
    words = [word.text for segment in line.segments for word in segment.words]
    targets = [each.target.text for segment in line.segments for each in segment.redirects]
    places = [word for word in [*words, *targets] if is_own(word, context, rules.own_paths)]
    for place in dict.fromkeys(places or _address([*words, *targets], line, rules)):
        yield Concern("blocked", "own-place", f"{place} belongs to this very system.")


def _address(words: list[str], line: Line, rules: Rules) -> Iterator[str]:
    """Host and port as words of their own; what only looks connects to nothing (`seq 0 4229`)."""
    known = (rules.commands.get(name(segment)) for segment in line.segments)
    redirects = any(segment.redirects for segment in line.segments)
    if redirects or not all(rule is not None and rule.tier == "safe" for rule in known):
        yield from (own for own in rules.own_paths if names_address(words, own))
