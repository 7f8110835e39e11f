"""The way through a text, in the order in which a shell runs it."""

from collections.abc import Callable, Iterator, Sequence
from posixpath import basename

from services.policy.concern import Concern
from services.policy.meaning.command import run_simple, run_words
from services.policy.meaning.effect import Effect
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
        self._called: list[Command] = []

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

    def function(self, body: Command, arguments: Sequence[Value], state: State) -> None:
        """Follow the body of a function that is called."""
        if any(body is each for each in self._called):
            text = "A function calls itself, which may start programs without end."
            self.found.concern(Concern("dangerous", "recursion", text))
            return
        self._called.append(body)
        outside, state.arguments = state.arguments, tuple(arguments)
        self._deeper(lambda: self._command(body, state))
        state.arguments = outside
        self._called.pop()
        state.printed = None

    def _deeper(self, follow: Callable[[], None]) -> None:
        if self._depth == _MAX_DEPTH:
            raise NotUnderstood("too-deep", f"More than {_MAX_DEPTH} texts are inside each other")
        self._depth += 1
        try:
            follow()
        finally:
            self._depth -= 1

    def _pipeline(self, pipeline: Pipeline, state: State) -> None:
        if not pipeline.commands:
            raise NotUnderstood("empty", "There is no command where one must be")
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
        state.printed = after.printed

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
            case _:
                for each in command.redirects:
                    redirect(each, state, self)
                self._compound(command, state)
                state.printed = None

    def _compound(self, command: Group | Loop | Branch | Test | Calculation, state: State) -> None:
        match command:
            case Group():
                self.script(command.body, state.copy(lasting=False) if command.subshell else state)
            case Loop():
                self._loop(command, state)
            case Branch():
                self._branch(command, state)
            case Test() | Calculation():
                self._evaluate(command, state)

    def _evaluate(self, command: Test | Calculation, state: State) -> None:
        match command:
            case Test():
                test(command, state, self)
            case Calculation():
                calculate(command.words, state, self)

    def _define(self, function: Function, state: State) -> None:
        state.functions[function.name] = (function.body,)
        if state.lasting:
            known = basename(function.name) in self.rules.commands
            kind = "persist" if known else "state"
            self.found.effect(Effect(kind, function.name, function.name))

    def _branch(self, branch: Branch, state: State) -> None:
        expand(branch.words, state, self)
        for script in branch.scripts:
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
        """What the variable is in each round; as long as a round changes what is known before."""
        values = expand(loop.values, state, self) if loop.values is not None else (ANYTHING,)
        if loop.variable and len(values) <= _MAX_ROUNDS and not any(map(_is_open, values)):
            yield from values
            return
        for _ in range(_MAX_ROUNDS):
            before = state.copy()
            yield ANYTHING
            state.join(before)
            if state.holds_what(before):
                return
        raise NotUnderstood("loop", "A loop changes more from round to round than is followed")


def _is_open(value: Value) -> bool:
    return value.many or UNKNOWN in value.text


def _either(state: State, other: State | None) -> State:
    both = state.copy()
    if other:
        both.join(other)
    return both
