"""A program that takes what is typed while it is in front, as a rule file describes it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Literal

import msgspec

from events.review import Tier
from services.policy.knowledge.fault import PolicyError
from services.policy.knowledge.use import KINDS, ROLES

type Reads = Literal[
    "shell",  # commands, in a shell that is not the session's
    "python",  # Python, line by line
    "sql",  # statements that end in a semicolon, and lines for the client itself
    "lines",  # lines, each in one of the forms
    "keys",  # keys, each of which acts at once
]
_KINDS = KINDS | {"code"}


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that may be typed; what its named groups hold is a word in that role."""

    pattern: str
    tier: Tier = "safe"
    why: str = ""  # the reason of the tier, as the end of "psql …"
    kinds: tuple[str, ...] = ()
    ends: bool = False  # the program is left: what follows is typed into another one

    @property
    def compiled(self) -> re.Pattern[str]:
        return _compiled(self.pattern)


class Program(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How what is typed into some programs is read. What fits no form is asked about, or code."""

    names: str  # patterns of names, as the operating system gives them
    reads: Reads
    elsewhere: bool = False  # what is typed acts on another machine, or in a container
    like: str = ""  # a program whose statements hold here, too
    kinds: tuple[str, ...] = ()  # effects of whatever is typed
    keys: str = ""  # harmless keys besides those that only move
    otherwise: Literal["review", "code"] = "review"
    forms: tuple[Form, ...] = ()
    statements: tuple[Form, ...] = ()  # of a database, told by their text without what is quoted
    match: Mapping[Tier, tuple[str, ...]] = {}  # examples, tried when the file is loaded


type Programs = Mapping[str, Program]


def find(name: str, programs: Programs) -> Program | None:
    """Return how a program reads what is typed; None for one that is not known."""
    patterns = ((each, one) for one in programs.values() for each in one.names.split())
    return next((one for each, one in patterns if fnmatchcase(name, each)), None)


def next_keys(
    forms: tuple[Form, ...], text: str, at: int
) -> tuple[Form, re.Match[str]] | tuple[None, None]:
    """Return the form that the text has from here on; a program that reads keys acts on it."""
    matches = ((form, form.compiled.match(text, at)) for form in forms)
    return next(((form, found) for form, found in matches if found and found[0]), (None, None))


def merged(files: Iterable[Programs]) -> Programs:
    """Lay files over each other; each program has the statements of the one that it is like.

    What a later file says of a name goes before what an earlier one says of it.
    """
    known: Programs = {}
    for each in files:
        known = {**each, **{name: one for name, one in known.items() if name not in each}}
    return {name: _inheriting(one, known) for name, one in known.items()}


def check_programs(path: str, programs: Programs) -> None:
    """Raise PolicyError where a form is no pattern, or names what there is not."""
    for name, one in programs.items():
        for fault in _faults(one):
            raise PolicyError(f"{path}: program.{name}: {fault}")


def _inheriting(one: Program, programs: Programs) -> Program:
    above = programs.get(one.like)
    statements = (*one.statements, *(above.statements if above else ()))
    return msgspec.structs.replace(one, statements=statements)


def _faults(one: Program) -> Iterator[str]:
    forms = (*one.forms, *one.statements)
    for kind in (*one.kinds, *(kind for form in forms for kind in form.kinds)):
        if kind not in _KINDS:
            yield f"there is no such effect: {kind}"
    for form in forms:
        try:
            groups = form.compiled.groupindex
        except re.error as error:
            yield f"{form.pattern!r}: {error}"
        else:
            yield from (f"there is no such role: {role}" for role in groups if role not in ROLES)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
