"""Names of files that a command prints, or gives to the commands that it runs in place of {}."""

from collections.abc import Iterator, Sequence
from re import fullmatch
from typing import Final

from msgspec.structs import replace

from services.policy.knowledge.arguments import Given
from services.policy.knowledge.command import Command
from services.policy.knowledge.use import Reading
from services.policy.value import UNKNOWN, Value

_TURNS: Final = frozenset({"!", "-not", "-o", "-or", ",", "-path", "-regex"})
_MAX_NAMES: Final = 8


def with_names(reading: Reading, command: Command, given: Sequence[Given]) -> Reading:
    """Say which names of files are printed, and put them for {}."""
    prints = _prints(command, given)
    here = "./" if command.style == "long" or reading.commands else ""
    names = tuple(_below(reading, here, given))
    if len(names) > _MAX_NAMES:
        names = (Value(UNKNOWN, many=True),)
    if reading.commands and command.prints == "names":
        filled = (_filled(argv, name, command) for argv in reading.commands for name in names)
        return replace(reading, commands=tuple(dict.fromkeys(filled)))
    if prints == "lines":
        return replace(reading, passes=not _reads(reading))
    return replace(reading, names=_printed(prints, reading, names))


def with_places(reading: Reading, command: Command, given: Sequence[Given]) -> Reading:
    """Say that words are read and added to the command, and where."""
    if not command.feeds or command.prints:
        return reading
    places = [each for each in given if each.flag.place]
    texts = [each.values[0].text if each.values else each.flag.place for each in places]
    return replace(reading, feeds=True, place=texts[-1] if texts else "")


def fed(reading: Reading, names: Sequence[Value]) -> tuple[tuple[Value, ...], ...]:
    """The commands with what they are fed: these names, or any words where there are none."""
    added = tuple(replace(name, many=True) for name in names) or (Value(UNKNOWN, many=True),)
    if not reading.place:
        return tuple(argv + added for argv in reading.commands)
    return tuple(
        tuple(_put(word, name, reading.place) for word in argv)
        for argv in reading.commands
        for name in added
    )


def _prints(command: Command, given: Sequence[Given]) -> str:
    by_flags = {each.flag.prints for each in given} - {""}
    return "other" if "other" in by_flags else next(iter(by_flags), command.prints)


def _listed(reading: Reading) -> list[Value]:
    return [use.value for use in reading.uses if use.role in {"list", "read"} and not use.flag]


def _printed(prints: str, reading: Reading, found: tuple[Value, ...]) -> tuple[Value, ...]:
    match prints:
        case "names":
            return found
        case "programs":
            return tuple(_programs(reading))
        case "entries":
            return (*_listed(reading), Value("*", pattern=True))
        case _:
            return reading.names


def _programs(reading: Reading) -> Iterator[Value]:
    """Each is in some folder for programs, or not found."""
    for use in reading.uses:
        named = fullmatch(r"\w[\w.+-]*", use.value.text) and use.value.known
        yield Value(f"/usr/bin/{use.value.text}" if named else UNKNOWN, many=True)


def _reads(reading: Reading) -> bool:
    return any(use.role == "read" and use.value.text != "-" for use in reading.uses)


def _below(reading: Reading, here: str, given: Sequence[Given]) -> Iterator[Value]:
    """What lies at and below the operands; `-name` narrows it where nothing turns it round.

    Without an operand find says ./x, as fd to a command; others say x, which may look like a flag.
    """
    narrow = [each.values[0].text for each in given if each.name in {"-name", "-iname"}]
    sure = len(narrow) == 1 and not any(each.name in _TURNS for each in given)
    last = narrow[0] if sure else "*"
    roots = _listed(reading)
    if not roots:
        yield Value(f"{here}**/{last}", pattern=True)
    for root in roots:
        if not fullmatch(r"\.{1,2}|.*/", root.text):
            yield root
        text = f"{root.text.removesuffix('/')}/**/{last}"
        yield Value(text, pattern=True, many=root.many)


def _filled(argv: tuple[Value, ...], name: Value, command: Command) -> tuple[Value, ...]:
    if command.feeds and not any("{}" in word.text for word in argv):
        return (*argv, replace(name, many=True))
    return tuple(_put(word, name, "{}") for word in argv)


def _put(word: Value, name: Value, place: str) -> Value:
    if place not in word.text:
        return word
    if word.text == place:
        return replace(name, many=False)
    if fullmatch(r"[\w./+-]*", word.text.replace(place, "")) and UNKNOWN not in name.text:
        return Value(word.text.replace(place, name.text), pattern=True)
    return Value(word.text.replace(place, UNKNOWN))
