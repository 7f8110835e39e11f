"""The flags of a command, ready to be looked up."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final

from services.policy.knowledge.command import Command, Flag
from services.policy.value import Value

_PLAIN: Final = Flag()
_ONLY: Final = Flag(only=True)
_SAYS_ONLY: Final = frozenset({Value("--help"), Value("--version")})
_SUB_SAYS_ONLY: Final = frozenset({Value("--help")})  # some subcommands take --version for a name
_VALUE: Final = Flag(value="text")
_ATTACHED: Final = Flag(value="text", attached=True)


class Table:
    """All flags of a command by their names."""

    def __init__(self, command: Command, above: Mapping[str, Flag], *, below: bool = False) -> None:
        self.command = command
        self.flags: Mapping[str, Flag] = {**above, **dict(entries(command))}
        self.handed_down = self.flags if command.shared else {}
        self._says_only = _SUB_SAYS_ONLY if below else _SAYS_ONLY

    def sub(self, name: str) -> Command | None:
        subs = _subs(self.command)
        if name in subs:
            return subs[name]
        return next((subs[each] for each in subs if "*" in each and fnmatchcase(name, each)), None)

    def asks_for_help(self, value: Value) -> bool:
        """Whether it only says how it is used, by what nearly all programs have in common."""
        return value in self._says_only and value.text not in self.flags

    def unsure(self, value: Value) -> bool:
        """Whether a word that is not known may come to a flag that does something."""
        if self.command.globs or self.command.style == "plain" or not value.may_be_flag:
            return False
        if value.pattern and self.command.style == "long":
            return any(fnmatchcase(name, value.text) for name in self.flags)
        return value.pattern or not value.text.startswith("-")


def entries(command: Command) -> Iterator[tuple[str, Flag]]:
    """Every flag that a command lists, also twice."""
    yield from (
        (name, _ONLY if Value(name) in _SAYS_ONLY else _PLAIN) for name in command.flags.split()
    )
    yield from ((name, _VALUE) for name in command.values.split())
    yield from ((name, _ATTACHED) for name in command.attached.split())
    for names, entry in command.flag.items():
        flag = Flag(value=entry) if isinstance(entry, str) else entry
        yield from ((name, flag) for name in names.split())


@lru_cache(maxsize=8192)
def table(command: Command, above: Table | None = None) -> Table:
    return Table(command, above.handed_down if above else {}, below=above is not None)


@lru_cache(maxsize=8192)
def _subs(command: Command) -> Mapping[str, Command]:
    return {
        name: sub for names, sub in command.sub.items() for name in f"{names} {sub.also}".split()
    }
