"""What is known of a shell at one point of a text."""

import msgspec

from services.policy.syntax.tree import Command
from services.policy.value import UNKNOWN, Value

ANYTHING = Value(UNKNOWN)
_NUMBERS = frozenset({"?", "#", "$", "!", "UID", "EUID", "PPID", "SHLVL", "RANDOM", "SECONDS"})
_NUMBERS_TOO = frozenset({"LINENO", "COLUMNS", "LINES", "BASHPID", "EPOCHSECONDS", "OPTIND"})
_INERT = {"HOME": "~", "TMPDIR": "/tmp"}  # noqa: S108 - a class of places, no file

type Bodies = tuple[Command | None, ...]
"""What a name may call; None where it may be no function at all."""

type Names = tuple[Value, ...] | None


class State(msgspec.Struct):
    """The working directory, the variables and the functions; UNKNOWN is a value, too."""

    cwd: str
    variables: dict[str, Value]
    functions: dict[str, Bodies] = {}
    lasting: bool = True  # what is defined here stays in the session
    names: Names = None  # what standard input holds, if it holds names of files
    printed: Names = None  # the same of what was printed last
    text: str | None = None  # all of standard input, where the text itself gives it
    arguments: Names = None  # of the function that runs; not known elsewhere

    def copy(self, *, lasting: bool = True) -> "State":
        return State(
            cwd=self.cwd,
            variables=dict(self.variables),
            functions=dict(self.functions),
            lasting=lasting and self.lasting,
            names=self.names,
            arguments=self.arguments,
        )

    def inside(self, later: bool) -> "State":
        """The state of a shell that this one starts; what runs later finds other things."""
        inner = self.copy(lasting=False)
        inner.functions.clear()
        if later:
            inner.cwd = UNKNOWN
            inner.variables = dict.fromkeys([*inner.variables, "HOME", "TMPDIR"], ANYTHING)
        return inner

    def value(self, name: str) -> Value:
        if name == "PWD":
            return Value(self.cwd)
        if name.isdecimal() and name != "0":
            return self.argument(int(name))
        return self.variables.get(name) or _initial(name)

    def is_number(self, name: str) -> bool:
        return self.value(name).text.removeprefix("-").isdecimal()

    def set(self, name: str, value: Value) -> None:
        self.variables[name] = value

    def argument(self, number: int) -> Value:
        """A positional parameter; one after an argument that may be many is not known."""
        before = (self.arguments or ())[:number]
        if self.arguments is None or any(each.many for each in before):
            return ANYTHING
        return before[number - 1] if len(before) == number else Value("")

    def holds_what(self, other: "State") -> bool:
        ours = (self.cwd, self.variables, self.functions)
        return ours == (other.cwd, other.variables, other.functions)

    def join(self, other: "State") -> None:
        """Keep only what holds in both: one of them is the case, and it is open which."""
        if self.cwd != other.cwd:
            self.cwd = UNKNOWN
        for name in self.variables.keys() | other.variables.keys():
            if self.value(name) != other.value(name):
                self.variables[name] = ANYTHING
        for name in self.functions.keys() | other.functions.keys():
            both = self.functions.get(name, (None,)) + other.functions.get(name, (None,))
            self.functions[name] = tuple({id(body): body for body in both}.values())


def _initial(name: str) -> Value:
    if name in _NUMBERS or name in _NUMBERS_TOO:
        return Value("0")
    return Value(_INERT.get(name, UNKNOWN))
