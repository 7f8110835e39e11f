"""Each command of a plain line, against what the policy knows about it."""

import re
from collections.abc import Iterator

from events.review import Context
from services.policy.concern import Concern
from services.policy.heads import heads, is_keyword, program
from services.policy.line import Line, Redirect, Segment, Word
from services.policy.paths import is_secret, resolve
from services.policy.rules import Rules

_HARMLESS = frozenset({("2>&", "1"), (">", "/dev/null"), ("1>", "/dev/null"), ("2>", "/dev/null")})
_SYSTEM_PROGRAM = re.compile(r"(?:/usr)?/bin/([^/]+)")


def unknown_effects(line: Line, context: Context, rules: Rules) -> Iterator[Concern]:
    if not line.segments:
        yield Concern("review", "empty", "There is no command.")
    if not line.whole:
        yield Concern("review", "unclosed", "A quote or an operator stays open.")
    for segment in line.segments:
        yield from _command(segment, context, rules)
        for redirect in segment.redirects:
            yield from _redirect(redirect, context, rules)


def known_dangers(line: Line, rules: Rules) -> Iterator[Concern]:
    """Commands that deserve more than a question, wherever in the text they may start."""
    for found in dict.fromkeys(program(argv) for argv in heads(line, rules.wrappers)):
        rule = rules.commands.get(found)
        if rule is not None and rule.tier != "safe":
            yield Concern(rule.tier, f"command-{found}", f"{found} {rule.why}.")


def reads_content(line: Line, rules: Rules) -> bool:
    inputs = any(each.operator == "<" for segment in line.segments for each in segment.redirects)
    names = {name(segment) for segment in line.segments}
    return inputs or any(rules.commands[each].reads == "content" for each in names)


def name(segment: Segment) -> str:
    first = segment.words[0].text if segment.words else ""
    system = _SYSTEM_PROGRAM.fullmatch(first)
    return system[1] if system else first


def _command(segment: Segment, context: Context, rules: Rules) -> Iterator[Concern]:
    called = name(segment)
    if is_keyword(called):
        text = f"The text holds {called!r}, and what it governs is not followed."
        yield Concern("review", "keyword", text)
        return
    rule = rules.commands.get(called)
    if rule is None or rule.tier != "safe" or segment.words[0].globs:
        text = f"{called or 'This'} is not on the list of read-only commands."
        yield Concern("review", "unknown-command", text)
        return
    for doubt in rule.doubts(segment.words[1:]):
        yield Concern("review", "arguments", f"{called}: {doubt}.")
    if rule.reads != "nothing":
        for operand in rule.sort_out(segment.words[1:])[0]:
            yield from _read(operand, context, rules, content=rule.reads == "content")


def _redirect(redirect: Redirect, context: Context, rules: Rules) -> Iterator[Concern]:
    if redirect.operator in {"<", "0<"}:
        yield from _read(redirect.target, context, rules, content=True)
    elif (redirect.operator, redirect.target.text) not in _HARMLESS:
        shown = f"{redirect.operator}{redirect.target.text}"
        yield Concern("review", "redirection", f"The redirection {shown} may write.")


def _read(word: Word, context: Context, rules: Rules, *, content: bool) -> Iterator[Concern]:
    path = resolve(word.text, context)
    if is_secret(path, rules.secret_paths) and path != "/dev/null":
        yield Concern("review", "secret", f"{word.text} may hold a secret.")
    elif content and word.globs and not word.text.endswith(rules.plain_suffixes):
        yield Concern("review", "pattern", f"The pattern {word.text} may stand for a secret.")
    elif content and not path.startswith(("/", "~")) and word.text != "-":
        text = f"The working directory is not known, so neither is {word.text}."
        yield Concern("review", "place", text)
