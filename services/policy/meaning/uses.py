"""What a command does with its words, by their roles."""

import re
from collections.abc import Callable, Mapping

import msgspec

from services.policy.dialect import SHELLS
from services.policy.knowledge.use import Reading, Use
from services.policy.languages import awk, jq, sed
from services.policy.meaning.effect import Effect
from services.policy.meaning.following import Following
from services.policy.meaning.location import Location
from services.policy.meaning.shell_builtin import DECLARING
from services.policy.meaning.state import State
from services.policy.meaning.variable import set_variable
from services.policy.syntax.tree import NotUnderstood
from services.policy.value import UNKNOWN, Value

_PATHS = frozenset({"list", "read", "write", "delete", "mode", "upload", "run", "load"})
_STREAMED = frozenset({"list", "read", "write", "mode"})  # harmless on what is open already
_LANGUAGES = {"awk": awk.uses, "sed": sed.uses, "jq": jq.uses}
_SETUID = re.compile(r"[0-7]*[2467][0-7]{3}|[ugoa,=+rwx-]*[+=][rwxt]*s[rwxst,ugoa+=-]*")
# What a machine in a cloud asks for its own keys.
_METADATA = re.compile(r"169\.254\.169\.254|metadata\.google\.internal|100\.100\.100\.200|fd00:ec2")
_ALL = frozenset({"0", "1", "-1"})
# Some programs fetch what others take for a path.
_ADDRESS = re.compile(r"[A-Za-z][\w+.-]*://")
_PATH = re.compile(r"(?:~|\.{0,2}/)[^*?\s]*")

type _Taker = Callable[["_Command", Use], None]


def take(name: str, reading: Reading, state: State, follow: Following) -> set[str]:
    """Note the effect of each use; return the kinds that are said by their targets."""
    command = _Command(name, reading, state, follow)
    for use in reading.uses:
        command.take(use)
    return command.said


class _Command:
    """A command on its way through its uses."""

    def __init__(self, name: str, reading: Reading, state: State, follow: Following) -> None:
        self.said: set[str] = set()
        self._name = name
        self._reading = reading
        self._state = state
        self._follow = follow
        self._roles = {use.role for use in reading.uses}

    def take(self, use: Use) -> None:
        if use.role in _PATHS:
            self._path(use)
        elif use.role in _LANGUAGES:
            self._language(use)
        else:
            _OTHERS[use.role](self, use)

    def _path(self, use: Use) -> None:
        if use.role == "read" and _ADDRESS.match(use.value.text):
            self.connect(msgspec.structs.replace(use, role="connect"))
            return
        kind: str = use.role
        where = self._where(kind, use.value)
        if kind == "delete" and "delete-tree" in self._reading.kinds:
            kind = "delete-tree"
            self.said.add(kind)
        elif kind == "delete" and where.sweeping:
            kind = "delete-tree"
        if where.place:
            self._note(kind, use.value.text, where)

    def _where(self, kind: str, value: Value) -> Location:
        where = self._follow.ground.locate(value, self._state.cwd)
        if kind == "list":
            return self._looked_at(where)
        open_already = not where.place and kind not in _STREAMED and where.path != "/dev/null"
        vague = kind == "read" and where.vague and where.place != "secret"
        return Location("unknown", path=where.path) if open_already or vague else where

    def _looked_at(self, where: Location) -> Location:
        inside = self._follow.ground.is_inside(where.path)
        return Location("workspace", path=where.path) if inside else where

    def _language(self, use: Use) -> None:
        if use.value.text == UNKNOWN:
            self.code(use)
            return
        try:
            uses = tuple(_LANGUAGES[use.role](use.value.text))
        except NotUnderstood as error:
            self._follow.found.doubt(error.rule, f"{self._name}: {error}.")
        else:
            for each in uses:
                self.take(each)

    def text(self, use: Use) -> None:
        """A search for names of secrets outside of the workspace looks for them."""
        value = use.value
        self._named(value)
        if "list" in self._roles and value.known and "/" not in value.text and value.text:
            found = self._follow.ground.locate(Value(value.text), "/x")
            if found.place == "secret" and not self._only_inside():
                text = f"{self._name} looks for {value.text}, which may be a secret."
                self._follow.found.doubt("secret-search", text)
        if "mode" in self._roles and _SETUID.fullmatch(value.text):
            self._note("privilege", value.text, Location())

    def _named(self, value: Value) -> None:
        """A path of a secret where any text would do is not there by chance."""
        path = value.known and _PATH.fullmatch(value.text) is not None
        if path and self._follow.ground.locate(value, self._state.cwd).place == "secret":
            text = f"{self._name} is given {value.text}, which may hold a secret."
            self._follow.found.doubt("secret-named", text)

    def _only_inside(self) -> bool:
        ground, cwd = self._follow.ground, self._state.cwd
        listed = (use.value for use in self._reading.uses if use.role == "list")
        return all(ground.is_inside(ground.locate(each, cwd).path) for each in listed)

    def plain(self, use: Use) -> None:
        self._note(use.role, use.value.text, Location())

    def connect(self, use: Use) -> None:
        self.plain(use)
        if _METADATA.search(use.value.text):
            self._note("credential", use.value.text, Location())

    def install(self, use: Use) -> None:
        """A package has a name; whatever else is installed brings code from where it lies."""
        text = use.value.text
        where = Location()
        if text.startswith(("/", "~", ".")):
            where = self._follow.ground.locate(use.value, self._state.cwd)
        elif "://" in text or UNKNOWN in text:
            where = Location("unknown")
        self._note("install", text, where)

    def signal(self, use: Use) -> None:
        everybody = use.value.text in _ALL or UNKNOWN in use.value.text
        self._note("signal", use.value.text, Location("system" if everybody else ""))

    def variable(self, use: Use) -> None:
        if self._name in DECLARING:
            return
        name = use.value.text.partition("=")[0].removesuffix("+")
        if name.isidentifier():
            set_variable(name, self._follow, exported="=" in use.value.text, by=self._name)
        else:
            text = f"{self._name}: {use.value.text!r} is no name of a variable."
            self._follow.found.doubt("arguments", text)

    def code(self, use: Use) -> None:
        self._note("code", use.value.text, Location())

    def shell(self, use: Use) -> None:
        if not use.value.known and UNKNOWN in use.value.text:
            self.code(use)
            return
        state = self._state if self._name == "eval" else self._state.inside(self._name == "trap")
        self._follow.text(use.value.text, state, self._name if self._name in SHELLS else "")
        self._state.printed = None

    def _note(self, kind: str, target: str, where: Location) -> None:
        self._follow.found.effect(Effect(kind, self._name, target, where))


_OTHERS: Mapping[str, _Taker] = {
    "text": _Command.text,
    "connect": _Command.connect,
    "listen": _Command.plain,
    "install": _Command.install,
    "signal": _Command.signal,
    "variable": _Command.variable,
    "code": _Command.code,
    "shell": _Command.shell,
}
