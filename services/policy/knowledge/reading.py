"""A command's words, read by what is known of the command."""

from collections.abc import Iterable, Sequence
from typing import cast

from services.policy.concern import strictest
from services.policy.knowledge.arguments import Arguments, Given
from services.policy.knowledge.command import Command
from services.policy.knowledge.names import with_names, with_places
from services.policy.knowledge.operands import Form, Slot, forms, is_assignment, slots
from services.policy.knowledge.shapes import SHAPES
from services.policy.knowledge.table import Table, table
from services.policy.knowledge.use import Kind, Reading, Role, Use
from services.policy.value import Value


def read(command: Command, words: tuple[Value, ...]) -> Reading:
    """Sort the words after a command's name into uses; whatever is not known is a doubt."""
    return _read(table(command), words)


def _read(known: Table, words: Sequence[Value]) -> Reading:
    command = known.command
    if len(words) == 1 and known.asks_for_help(words[0]):
        return Reading(kinds=_still(command))
    found = Arguments(known, words)
    parts = [_sub(known, found)] if command.sub else _operands(command, found)
    parts.append(Reading(doubts=tuple(found.doubts)))
    turns = {name: role for each in found.given for name, role in each.flag.turns.items()}
    parts += (_flag(each, turns.get(each.name, each.flag.value), command) for each in found.given)
    if not any(each.flag.only for each in found.given):
        kinds = cast("tuple[Kind, ...]", command.kinds)
        parts.append(Reading(kinds=kinds, tier=command.tier, why=command.why))
    return with_names(with_places(_joined(parts), command, found.given), command, found.given)


def _still(command: Command) -> tuple[Kind, ...]:
    """What is done even before help is given: a build tool reads its file, which is code."""
    return ("run",) if "run" in command.kinds else ()


def _joined(parts: Sequence[Reading]) -> Reading:
    tier = strictest(each.tier for each in parts)
    return Reading(
        uses=_once(use for each in parts for use in each.uses),
        kinds=_once(kind for each in parts for kind in each.kinds),
        commands=tuple(argv for each in parts for argv in each.commands),
        elsewhere=any(each.elsewhere for each in parts),
        doubts=_once(doubt for each in parts for doubt in each.doubts),
        tier=tier,
        why=next((each.why for each in parts if each.tier == tier), ""),
        names=parts[0].names,
        passes=parts[0].passes,
    )


def _once[T](items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))


def _flag(given: Given, roles: str, command: Command) -> Reading:
    flag = given.flag
    kinds = cast("tuple[Kind, ...]", flag.kinds)
    if flag.value in {"until", "command"}:
        commands = (given.values,) if given.values else ()
        where = flag.elsewhere
        return Reading(
            kinds=kinds, commands=commands, elsewhere=where, tier=flag.tier, why=flag.why
        )
    shapes = {**SHAPES, **command.shapes}
    ways = (slots(each, shapes) for each in roles.split())
    pairs = [(_first(way, value), value) for way, value in zip(ways, given.values, strict=False)]
    uses = tuple(_use(place, value, given.name) for place, value in pairs)
    doubts = tuple(_misfit(value) for place, value in pairs if not place.fits(value))
    return Reading(uses=uses, kinds=kinds, doubts=doubts, tier=flag.tier, why=flag.why)


def _first(ways: Sequence[Slot], value: Value) -> Slot:
    return next((each for each in ways if each.fits(value)), ways[-1])


def _use(place: Slot, value: Value, flag: str = "") -> Use:
    return Use(cast("Role", place.role), value, flag)


def _misfit(value: Value) -> str:
    return f"{value.text!r} has a form that is not on its list"


def _sub(known: Table, found: Arguments) -> Reading:
    if not found.operands:
        only = any(each.flag.only for each in found.given)
        harmless = only or known.command.alone == "safe"
        return Reading() if harmless else Reading(doubts=("a subcommand is missing",))
    first, *rest = found.operands
    sub = known.sub(first.text) if first.known else None
    if sub is None:
        return Reading(doubts=(f"subcommand {first.text!r} is not on its list",))
    return _read(table(sub, known), rest)


def _operands(command: Command, found: Arguments) -> list[Reading]:
    flags = [each.flag for each in found.given]
    if not found.operands and any(flag.only for flag in flags):
        return []
    texts = _once(flag.operands for flag in flags if flag.operands is not None)
    texts = texts or (() if command.operands is None else (command.operands,))
    stands_in = any(flag.first for flag in flags)
    parts = [_best(forms(text, command.shapes), found.operands, stands_in) for text in texts]
    if any(use.role == "read" for part in parts for use in part.uses):
        parts.append(Reading(uses=tuple(Use("read", each) for each in found.late if _named(each))))
    if not (found.operands or any(flag.operands is not None for flag in flags)):
        parts.append(Reading(kinds=cast("tuple[Kind, ...]", command.bare)))
    return parts


def _named(value: Value) -> bool:
    return len(value.text) > 1 and not value.text.isdecimal()


def _best(ways: tuple[Form, ...], operands: Sequence[Value], stands_in: bool) -> Reading:
    readings: list[Reading] = []
    free = [way.without_first for way in ways if stands_in and way.first_is_free]
    for way in free or ways:
        readings.append(_fill(way, operands))
        if not readings[-1].doubts:
            return readings[-1]
    return readings[0]


def _fill(form: Form, operands: Sequence[Value]) -> Reading:
    if form.command:
        return _wrapped(form, operands)
    try:
        places = _once(form.places(operands))
    except ValueError as error:
        return Reading(doubts=(str(error),))
    pairs = [(place, operands[index]) for index, place in places]
    doubts = tuple(_misfit(value) for place, value in pairs if not place.fits(value))
    if any(place.role == "shell" and place.repeats for place, _ in pairs):
        uses = (Use("shell", _line(operands)),)
    else:
        uses = tuple(_use(place, value) for place, value in pairs)
    return Reading(uses=uses, kinds=cast("tuple[Kind, ...]", form.kinds), doubts=doubts)


def _line(operands: Sequence[Value]) -> Value:
    """Eval and ssh join their words by blanks before they look at them."""
    return Value(" ".join(each.text for each in operands), many=any(each.many for each in operands))


def _wrapped(form: Form, operands: Sequence[Value]) -> Reading:
    rest = list(operands)
    uses: list[Use] = []
    doubts: list[str] = []
    for place in form.slots:
        while rest and (is_assignment(rest[0]) or not place.repeats):
            value = rest.pop(0)
            uses.append(_use(place, value))
            if value.many or value.pattern or not place.fits(value):
                doubts.append(_misfit(value))
            if not place.repeats:
                break
    command = (tuple(rest),) if rest else ()
    return Reading(uses=tuple(uses), commands=command, doubts=tuple(doubts))
