"""The review of text and keys for whatever is in front: a prompt, or a program that runs."""

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from events.actions import SendKeys, SendText
from events.base import plain
from events.review import Context, Effect
from services.policy.blacklist import blacklisted
from services.policy.concern import Concern, rank
from services.policy.keys import KEYS
from services.policy.line import split
from services.policy.meaning.meaning import Meaning, meaning
from services.policy.own import reaches_us, touches_us
from services.policy.programs.judging import judge
from services.policy.programs.program import Program
from services.policy.programs.unfinished import after_key, in_front, is_known
from services.policy.redefined import redefined
from services.policy.rules import Rules
from services.policy.typed import never
from services.policy.verdict import Verdict

_MOST_EFFECTS = 64
_HARMLESS_KEYS = frozenset(
    {"up", "down", "left", "right", "home", "end", "page_up", "page_down", "ctrl_c"}
)


class _Entry(msgspec.Struct, frozen=True):
    """A line as it would be entered: what is there already, and what comes to it."""

    before: str
    text: str
    submit: bool

    @property
    def whole(self) -> str:
        return (self.before if is_known(self.before) else "") + self.text


def review_text(action: SendText, context: Context, rules: Rules) -> Verdict:
    entry = _Entry(plain(context.line), plain(action.text), action.submit)
    submit = " and presses Enter" if action.submit else ""
    summary = f"types {len(entry.text)} characters {_into(context)}{submit}"
    return _judged(entry, summary, context, rules)


def review_keys(action: SendKeys, context: Context, rules: Rules) -> Verdict:
    unknown = [key for key in action.keys if key not in KEYS]
    if unknown:
        text = f"There is no key {', '.join(map(repr, unknown))}; keys are {', '.join(KEYS)}."
        return Verdict("presses unknown keys", [Concern("blocked", "unknown-key", text)])
    concerns: dict[Concern, None] = {}
    program, line = in_front(context, rules), plain(context.line)
    for key in action.keys:
        concerns |= dict.fromkeys(_key(key, replace(context, line=line), rules))
        line = after_key(line, key, program)
    return Verdict(f"presses {', '.join(action.keys) or 'nothing'}", [*concerns])


def _key(key: str, context: Context, rules: Rules) -> Iterator[Concern]:
    """Enter hands over what the line holds; other keys are harmless or not by themselves."""
    program, line = in_front(context, rules), plain(context.line)
    if key == "enter":
        found = _judged(_Entry(line, "", submit=True), "", context, rules)
        reasons = [each for each in found.concerns if each.rule != "typed-text"]
        if found.concerns:
            yield Concern("review", "key", "enter can make a program act.")
            yield from reasons
    elif key not in _HARMLESS_KEYS | set(program.keys.split() if program else ()):
        yield Concern("review", "key", f"{key} can make a program act.")


def _judged(entry: _Entry, summary: str, context: Context, rules: Rules) -> Verdict:
    line = split(entry.whole)
    forbidden = [*never(entry.whole, line, context, rules), *reaches_us(line, rules)]
    if forbidden:
        return Verdict(summary, forbidden)
    program = in_front(context, rules)
    found = _meaning(entry, program, context, rules)
    concerns = [*_doubts(entry, program, context), *(found.concerns if found else ())]
    if found:
        concerns += touches_us(found.resolved, context, rules)
        concerns += blacklisted(found.resolved, rules.blacklist_patterns, rules.wrappers)
    if not concerns and program and found:
        return Verdict(summary, [], _recorded(found))
    said = f"{summary}{_what(found)}"
    concerns.append(Concern("review", "typed-text", f"This {summary}."))
    if is_known(entry.before) and entry.before:
        concerns.append(Concern("review", "line", f"The whole line is {entry.whole!r}."))
    return Verdict(said, concerns, _recorded(found))


def _what(found: Meaning | None) -> str:
    """The effects in a sentence, else the gravest reason to ask."""
    if found and found.effects:
        return f": {found.summary}"
    grave = (
        [each.text for each in found.concerns if rank(each.tier) > rank("review")] if found else []
    )
    return f": {grave[0].removesuffix('.')}" if grave else ""


def _recorded(found: Meaning | None) -> tuple[Effect, ...]:
    effects = found.effects[:_MOST_EFFECTS] if found else ()
    return tuple(each.recorded for each in effects)


def _meaning(
    entry: _Entry, program: Program | None, context: Context, rules: Rules
) -> Meaning | None:
    if program:
        ended = "\n" if entry.submit and program.reads == "keys" else ""
        return judge(entry.whole + ended, program, context, rules)
    if context.prompt == "idle" and entry.whole.strip():
        return meaning(entry.whole, split(entry.whole), context, rules)
    return None


def _doubts(entry: _Entry, program: Program | None, context: Context) -> Iterator[Concern]:
    """Why this may come to something else than the text says."""
    if program is None:
        yield from redefined(split(entry.whole), context)
    else:
        yield from _unsure_program(program, context)
        if "\n" in entry.text or "\t" in entry.text:
            yield Concern("review", "keys-in-text", "A tab or a line end may act before Enter.")
    if not is_known(entry.before):
        yield Concern("review", "line", "What the line holds already is not known.")


def _unsure_program(program: Program, context: Context) -> Iterator[Concern]:
    name = context.foreground
    if program.elsewhere:
        where = f"on {context.host}" if context.host else "elsewhere"
        text = f"{name} takes it {where}; what is there, and what a name means, is not known here."
        yield Concern("review", "elsewhere", text)
    elif program.reads == "shell":
        text = f"Nothing reports the state of {name}, nor what a name means in it."
        yield Concern("review", "inner-shell", text)
    elif program.reads != "keys" and not context.reads_code:
        text = f"{name} may run a script that asks for something, instead of reading code."
        yield Concern("review", "not-a-prompt", text)


def _into(context: Context) -> str:
    if context.prompt != "running" and not context.foreground:
        return "at the prompt"
    if context.prompt == "idle":
        return "at the prompt"
    program = context.foreground or "the running program"
    host = f" on {context.host}" if context.host else ""
    return f"into {program}{host} as code for it"
