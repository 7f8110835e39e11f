"""All commands that are known, by their names."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from services.policy.knowledge.command import Command

_VERSION: Final = re.compile(r"-?[0-9][0-9.]*$")

type Book = Mapping[str, Command]


class File(msgspec.Struct, frozen=True):
    """The commands of one file; a key may name several, and `also` more."""

    path: str
    commands: Mapping[str, Command]

    def __iter__(self) -> Iterator[tuple[str, Command]]:
        for names, command in self.commands.items():
            yield from ((name, command) for name in f"{names} {command.also}".split())


def bound(files: Iterable[File]) -> Book:
    """Bind files to a book; a later file has the last word on a name."""
    return {name: command for file in files for name, command in file}


def spellings(name: str) -> tuple[str, ...]:
    """Return a name, and those of programs that it may be another spelling of."""
    return name, name.casefold(), _VERSION.sub("", name)
