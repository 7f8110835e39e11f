"""What a text would do once the program in front has it."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import cast

from msgspec.structs import replace

from events.base import plain
from events.review import Context
from services.policy.concern import Concern
from services.policy.dialect import SHELLS
from services.policy.knowledge.use import ROLES, Reading, Role, Use
from services.policy.languages import python, sql
from services.policy.line import split
from services.policy.meaning.effect import Effect
from services.policy.meaning.guess import guessed
from services.policy.meaning.meaning import Meaning, ground, meaning, told
from services.policy.meaning.state import State
from services.policy.meaning.uses import take
from services.policy.meaning.walk import Walk
from services.policy.programs.program import Form, Program, next_keys
from services.policy.rules import Rules
from services.policy.syntax.tree import NotUnderstood
from services.policy.value import UNKNOWN, Value


def judge(text: str, program: Program, context: Context, rules: Rules) -> Meaning:
    """Judge all that the program would have, the line that is there already with it."""
    place = _place(program, context)
    front = _Front(program, place, Walk(rules, ground(place, rules), "sh"))
    for kind in program.kinds:
        front.effect(kind)
    if program.reads == "shell":
        return _both(told(front.walk.found, rules), meaning(text, split(text), place, rules))
    _READERS[program.reads](front, text)
    return told(front.walk.found, rules)


def _both(first: Meaning, then: Meaning) -> Meaning:
    if not first.effects:
        return then
    return Meaning(
        (*first.effects, *then.effects),
        (*first.concerns, *then.concerns),
        f"{first.summary}; {then.summary}",
        then.resolved,
    )


def _place(program: Program, context: Context) -> Context:
    """Where it takes effect. Nobody reports the state of another shell, nor paths elsewhere."""
    if program.reads != "shell" and not program.elsewhere:
        return replace(context, shell="sh")  # noqa: S604 - nothing is run
    shell = context.foreground.removeprefix("-")
    known = shell if shell in SHELLS and not program.elsewhere else "bash"
    return replace(context, shell=known, cwd="", environment={})


class _Front:
    """A program in front, and what was found in a text for it."""

    def __init__(self, program: Program, place: Context, walk: Walk) -> None:
        self.program = program
        self.walk = walk
        self._place = place
        self._name = place.foreground or "the program"

    def effect(self, kind: str, target: str = "") -> None:
        self.walk.found.effect(Effect(kind, self._name, target))

    def otherwise(self, text: str) -> None:
        """What fits nothing that is known."""
        if self.program.otherwise == "code":
            self.effect("code", text)
        else:
            self.walk.found.doubt("not-read", f"{self._name}: {text!r} is not looked into.")

    def take(self, form: Form, found: re.Match[str]) -> None:
        """Note what a form does, and what the words in it come to."""
        for kind in form.kinds:
            self.effect(kind, found[0].strip() if kind == "code" else "")
        if form.tier != "safe":
            self.walk.found.concern(Concern(form.tier, "program", f"{self._name} {form.why}."))
        for role, word in found.groupdict().items():
            if word and role in ROLES:
                self._use(cast("Role", role), word.strip())

    def _use(self, role: Role, word: str) -> None:
        reading = Reading(uses=(Use(role, Value(word)),))
        state = State(plain(self._place.cwd) or UNKNOWN, {})
        try:
            take(self._name, reading, state, self.walk)
        except NotUnderstood as error:
            self.walk.found.doubt(error.rule, f"{error}.")
            for effect in guessed(word, split(word), self._place, self.walk):
                self.walk.found.effect(effect)
        if role == "shell":
            self.walk.found.doubt("shell-escape", f"{self._name} has a shell run {word!r}.")


def _lines(front: _Front, text: str) -> None:
    for line in filter(None, map(str.strip, text.split("\n"))):
        if not _fits(front, line):
            front.otherwise(line)


def _keys(front: _Front, text: str) -> None:
    """Cut into what acts by itself; behind what leaves the program, another one reads."""
    at = 0
    while at < len(text):
        form, found = next_keys(front.program.forms, text, at)
        if form is None or found is None:
            front.otherwise(text[at:])
            return
        front.take(form, found)
        at = found.end()
        if form.ends and at < len(text):
            rest = text[at:]
            front.take(Form(pattern=""), re.fullmatch(r"\s*(?P<shell>[\s\S]*)", rest) or found)
            front.walk.found.doubt("after", f"{rest!r} would be typed into what comes next.")
            return


def _python(front: _Front, text: str) -> None:
    if text.strip() and not python.only_shows(text):
        front.effect("code", text.strip())


def _sql(front: _Front, text: str) -> None:
    """Lines for the client itself are told by their form, the others are statements."""
    kept = [line for line in text.split("\n") if not _fits(front, line.strip())]
    for statement in sql.statements("\n".join(kept)):
        harmless = statement.reads and statement.ended
        for form, found in _matching(front.program.statements, statement.parts):
            front.take(form, found)
            harmless = False
        if not harmless:
            front.walk.found.doubt("statement", f"{statement.text!r} may do more than to look.")


def _fits(front: _Front, line: str) -> bool:
    """Whether the line has a form; every form that it has counts."""
    fitting = [*_matching(front.program.forms, [line])] if line else []
    for form, found in fitting:
        front.take(form, found)
    return bool(fitting)


def _matching(
    forms: tuple[Form, ...], texts: Iterator[str] | list[str]
) -> Iterator[tuple[Form, re.Match[str]]]:
    for text in texts:
        for form in forms:
            if found := form.compiled.fullmatch(text):
                yield form, found


_READERS: Mapping[str, Callable[[_Front, str], None]] = {
    "lines": _lines,
    "keys": _keys,
    "python": _python,
    "sql": _sql,
}
