"""Whether a file of knowledge is sound: roles, kinds, names, and its own examples."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from events.review import Tier
from services.policy.knowledge.book import File
from services.policy.knowledge.command import Command, Flag
from services.policy.knowledge.fault import PolicyError
from services.policy.knowledge.operands import forms, slots
from services.policy.knowledge.shapes import SHAPES, compiled
from services.policy.knowledge.table import entries
from services.policy.knowledge.use import KINDS


def check_file(file: File) -> None:
    """Raise PolicyError that names the file, the command and the key."""
    for name, command in file.commands.items():
        for fault in _faults(command):
            raise PolicyError(f"{file.path}: {name}: {fault}")


def check_described(file: File) -> None:
    """Raise PolicyError where a person would not be told what a command does."""
    for path, command in _all(file.commands.items()):
        if not (command.does or command.sub):
            raise PolicyError(f"{file.path}: {path}: does is missing")


def check_names(files: Iterable[File]) -> None:
    """Raise PolicyError where two entries of the package name the same command."""
    seen: dict[str, str] = {}
    for file in files:
        for name, _ in file:
            if name in seen:
                raise PolicyError(f"{file.path}: {name}: is in {seen[name]} already")
            seen[name] = file.path


def check_examples(file: File, judge: Callable[[str], Tier]) -> None:
    """Raise PolicyError where an example does not get its tier."""
    for path, command in _all(file.commands.items()):
        for tier, texts in command.match.items():
            for text in texts:
                found = judge(text)
                if found != tier:
                    raise PolicyError(
                        f"{file.path}: {path}.match: {text!r} is {found} instead of {tier}"
                    )


def _all(commands: Iterable[tuple[str, Command]]) -> Iterator[tuple[str, Command]]:
    for name, command in commands:
        yield name, command
        yield from _all((f"{name}.sub.{sub}", each) for sub, each in command.sub.items())


def _faults(command: Command) -> Iterator[str]:
    yield from _shapes(command)
    yield from _operands("operands", command.operands, command)
    yield from _kinds("kinds", command.kinds)
    yield from _kinds("bare", command.bare)
    for names, flag in command.flag.items():
        yield from _flag(names, Flag(value=flag) if isinstance(flag, str) else flag, command)
    twice = [
        name for name, count in Counter(name for name, _ in entries(command)).items() if count > 1
    ]
    yield from (f"flag {name} is listed twice" for name in twice)
    if command.sub and command.operands:
        yield "operands: has subcommands instead"
    for name, count in Counter(name for names in command.sub for name in names.split()).items():
        if count > 1:
            yield f"sub.{name}: is listed twice"
    for names, sub in command.sub.items():
        yield from (f"sub.{names}: {fault}" for fault in _faults(sub))


def _flag(names: str, flag: Flag, command: Command) -> Iterator[str]:
    yield from _kinds(f"flag.{names}", flag.kinds)
    yield from _operands(f"flag.{names}: operands", flag.operands, command)
    for token in " ".join((flag.value, *flag.turns.values())).split():
        try:
            slots(token, {**SHAPES, **command.shapes})
        except KeyError as error:
            yield f"flag.{names}: {error} is no role"


def _shapes(command: Command) -> Iterator[str]:
    for name, pattern in command.shapes.items():
        try:
            compiled(pattern)
        except re.error as error:
            yield f"shapes.{name}: {error}"


def _operands(key: str, text: str | None, command: Command) -> Iterator[str]:
    try:
        for form in forms(text or "", command.shapes):
            yield from _kinds(key, form.kinds)
    except KeyError as error:
        yield f"{key}: {error} is no role"


def _kinds(key: str, kinds: Iterable[str]) -> Iterator[str]:
    yield from (f"{key}: {kind!r} is no kind" for kind in kinds if kind not in KINDS)
