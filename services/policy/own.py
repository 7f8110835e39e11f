"""Nothing a model types may reach the system that judges it."""

from collections.abc import Iterator

from events.review import Context
from services.policy.addresses import names_address
from services.policy.concern import Concern
from services.policy.heads import heads, program
from services.policy.line import Line
from services.policy.paths import is_own
from services.policy.rules import Rules


def touches_us(line: Line, context: Context, rules: Rules) -> Iterator[Concern]:
    called = {program(argv) for argv in heads(line, rules.wrappers)}
    for own in sorted(called & {own.casefold() for own in rules.own_commands}):
        yield Concern("blocked", "own-command", f"{own} controls this very system.")
    words, targets = _words(line)
    places = [word for word in [*words, *targets] if is_own(word, context, rules.own_paths)]
    for place in dict.fromkeys(places):
        yield Concern("blocked", "own-place", f"{place} belongs to this very system.")


def reaches_us(line: Line, rules: Rules) -> Iterator[Concern]:
    """Host and port as words of their own, in a text that does more than to look."""
    words, targets = _words(line)
    for own in rules.own_paths:
        if names_address([*words, *targets], own):
            yield Concern("blocked", "own-place", f"{own} belongs to this very system.")


def _words(line: Line) -> tuple[list[str], list[str]]:
    words = [word.text for segment in line.segments for word in segment.words]
    return words, [each.target.text for segment in line.segments for each in segment.redirects]
