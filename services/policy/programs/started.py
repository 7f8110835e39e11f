"""How a program in front was started: whether to read what is typed, and where it leads to."""

from collections.abc import Mapping, Sequence
from functools import cache
from posixpath import basename
from typing import Final

import msgspec

from services.policy.knowledge.book import Book, bound
from services.policy.knowledge.command import Command
from services.policy.knowledge.load import packaged
from services.policy.knowledge.reading import read
from services.policy.knowledge.use import Reading
from services.policy.value import Value
from services.policy.visible import visible

_GIVEN: Final = frozenset({"run", "load", "code", "shell", "awk", "sed", "jq"})
_INTO: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("docker", "podman", "nerdctl"), frozenset({"exec", "run", "attach"})),
    **dict.fromkeys(("kubectl", "oc"), frozenset({"exec", "attach", "run"})),
}
_LONGEST: Final = 100


class Started(msgspec.Struct, frozen=True):
    """What its command line says of a program; nothing else of it is kept."""

    host: str = ""
    reads_code: bool = False


def started(argv: Sequence[str]) -> Started:
    """Read a command line as the operating system gives it."""
    name = basename(argv[0]).removeprefix("-") if argv else ""
    command = _known(name)
    if command is None:
        return Started()
    reading = read(command, tuple(map(Value, argv[1:])))
    doubted = bool(argv[1:] and reading.doubts)
    given = doubted or reading.commands or any(use.role in _GIVEN for use in reading.uses)
    return Started(host=visible(_host(name, argv, reading))[:_LONGEST], reads_code=not given)


def _known(name: str) -> Command | None:
    """A name may end in a version: python3.13."""
    book = _book()
    return (
        book.get(name) or book.get(name.rstrip("0123456789.")) or book.get(name.partition(".")[0])
    )


def _host(name: str, argv: Sequence[str], reading: Reading) -> str:
    texts = [use.value.text for use in reading.uses if use.role == "text" and not use.flag]
    enters = not _INTO.get(name, frozenset()).isdisjoint(argv)
    plain = [text for text in texts if not text.startswith("-")] if enters else []
    hosts = [use.value.text for use in reading.uses if use.role == "connect"]
    return next(iter((*hosts, *plain)), "")


@cache
def _book() -> Book:
    return bound(packaged())
