"""The way through a text, in the order in which a shell runs it."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from services.policy.meaning.command import run_simple, run_words
from services.policy.meaning.expand import calculate, expand
from services.policy.meaning.found import Found
from services.policy.meaning.location import Ground
from services.policy.meaning.redirection import redirect
from services.policy.meaning.state import ANYTHING, State
from services.policy.meaning.testing import test
from services.policy.meaning.variable import set_variable
from services.policy.rules import Rules
from services.policy.syntax.parse import parse
from services.policy.syntax.tree import (
    Branch,
    Calculation,
    Command,
    Function,
    Group,
    Loop,
    NotUnderstood,
    Pipeline,
    Redirect,
    Script,
    Simple,
    Test,
)
from services.policy.value import UNKNOWN, Value

_MAX_DEPTH, _MAX_STEPS, _MAX_ROUNDS = 8, 512, 8


class Walk:
    """Follows a text and all texts in it. It is `Following` for the parts of the meaning."""

    def __init__(self, rules: Rules, ground: Ground, shell: str) -> None:
        self.rules = rules
        self.ground = ground
        self.found = Found()
        self._shell = shell
        self._depth = self._steps = 0

    @property
    def splits(self) -> bool:
        return self._shell != "zsh"

    def script(self, script: Script, state: State) -> None:
        skipped: State | None = None
        for pipeline in script.pipelines:
            if pipeline.after:
                skipped = _either(state, skipped)
            if skipped and pipeline.after != "&&":
                state.join(skipped)
            if not pipeline.after:
                skipped = None
            self._pipeline(pipeline, state)
        if skipped:
            state.join(skipped)

    def text(self, text: str, state: State, shell: str = "") -> None:
        self._deeper(lambda: self.script(parse(text, shell or self._shell), state))

    def words(self, words: Sequence[Value], state: State) -> None:
        self._deeper(lambda: run_words(words, state, self))

    def function(self, body: Command, state: State) -> None:
        """Follow the body of a function that is called."""
        self._deeper(lambda: self._command(body, state))

    def _deeper(self, follow: Callable[[], None]) -> None:
        if self._depth == _MAX_DEPTH:
            raise NotUnderstood("too-deep", f"More than {_MAX_DEPTH} texts are inside each other")
        self._depth += 1
        follow()
        self._depth -= 1

    def _pipeline(self, pipeline: Pipeline, state: State) -> None:
        *first, last = pipeline.commands
        if pipeline.background:
            state = state.copy(lasting=False)
        if not first:
            self._command(last, state)
            return
        names = state.names
        for command in first:
            side = state.copy(lasting=False)
            side.names = names
            self._command(command, side)
            names = side.printed
        after = state.copy()
        after.names = names
        self._command(last, after)
        state.join(after)

    def _command(self, command: Command, state: State) -> None:
        self._steps += 1
        if self._steps > _MAX_STEPS:
            raise NotUnderstood("too-long", f"More than {_MAX_STEPS} commands would run")
        state.printed = None
        match command:
            case Simple():
                run_simple(command, state, self)
            case Function():
                self._define(command, state)
            case Group():
                self._redirects(command.redirects, state)
                self.script(command.body, state.copy(lasting=False) if command.subshell else state)
            case Loop():
                self._redirects(command.redirects, state)
                self._loop(command, state)
            case Branch() | Test() | Calculation():
                self._redirects(command.redirects, state)
                self._compare(command, state)

    def _compare(self, command: Branch | Test | Calculation, state: State) -> None:
        match command:
            case Branch():
                expand(command.words, state, self)
                for script in command.scripts:
                    self._perhaps(script, state)
            case Test():
                test(command, state, self)
            case Calculation():
                calculate(command.words, state, self)

    def _redirects(self, redirects: Iterable[Redirect], state: State) -> None:
        for each in redirects:
            redirect(each, state, self)

    def _define(self, function: Function, state: State) -> None:
        state.functions[function.name] = (function.body,)
        if state.lasting:
            known = function.name in self.rules.commands
            kind = "persist" if known else "state"
            self.found.effect(Effect(kind, function.name, function.name))

    def _perhaps(self, script: Script, state: State) -> None:
        before = state.copy()
        self.script(script, state)
        state.join(before)

    def _loop(self, loop: Loop, state: State) -> None:
        if loop.variable:
            set_variable(loop.variable, self, exported=False)
        before = state.copy()
        for value in self._rounds(loop, state):
            if loop.variable:
                state.set(loop.variable, value)
            self._round(loop, state)
        state.join(before)

    def _round(self, loop: Loop, state: State) -> None:
        if loop.condition:
            self.script(loop.condition, state)
        self.script(loop.body, state)

    def _rounds(self, loop: Loop, state: State) -> Iterator[Value]:
        """What the variable is in each round; twice unknown where that is not known."""
        values = expand(loop.values, state, self) if loop.values is not None else (ANYTHING,)
        if any(map(_is_open, values)) or len(values) > _MAX_ROUNDS or not loop.variable:
            before = state.copy()
            yield ANYTHING
            state.join(before)
            yield ANYTHING
        else:
            yield from values


def _is_open(value: Value) -> bool:
    return value.many or UNKNOWN in value.text


def _either(state: State, other: State | None) -> State:
    both = state.copy()
    if other:
        both.join(other)
    return both
