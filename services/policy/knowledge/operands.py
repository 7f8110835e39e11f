"""What the operands of a command are, by their order."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from re import Pattern, fullmatch

import msgspec
from msgspec.structs import replace

from services.policy.knowledge.shapes import SHAPES, compiled
from services.policy.knowledge.use import ROLES
from services.policy.value import Value

_MAX_UNSURE = 2


class Slot(msgspec.Struct, frozen=True):
    """A place for an operand: its role, and the form that it must have."""

    role: str
    shape: Pattern[str] | None = None
    repeats: bool = False
    optional: bool = False

    def fits(self, value: Value) -> bool:
        return self.shape is None or self.shape.fullmatch(value.text) is not None


class Form(msgspec.Struct, frozen=True):
    """One way to read operands: slots, and whether a command follows them."""

    slots: tuple[Slot, ...]
    command: bool = False
    kinds: tuple[str, ...] = ()

    @property
    def most(self) -> int | None:
        return None if any(slot.repeats for slot in self.slots) else len(self.slots)

    @property
    def least(self) -> int:
        return sum(not (slot.repeats or slot.optional) for slot in self.slots)

    @property
    def first_is_free(self) -> bool:
        """Whether a flag can take the place of the first operand: any text will do there."""
        return bool(self.slots) and self.slots[0].shape is None

    @property
    def without_first(self) -> "Form":
        return replace(self, slots=self.slots[1:])

    def spread(self, count: int) -> tuple[Slot, ...] | None:
        """The slot of each of so many operands; None where they are too few or too many."""
        spare = count - self.least
        if spare < 0 or (self.most is not None and count > self.most):
            return None
        filled: list[Slot] = []
        optional = sum(slot.optional for slot in self.slots)
        for slot in self.slots:
            if slot.repeats:
                times = max(spare - optional, 0)
            elif slot.optional:
                times, optional = min(spare, 1), optional - 1
            else:
                filled.append(slot)
                continue
            filled += [slot] * times
            spare -= times
        return tuple(filled)

    def places(self, values: Sequence[Value]) -> Iterator[tuple[int, Slot]]:
        """Each operand with every slot that it may come to; raises ValueError with a doubt."""
        if len(self.slots) == 1 and self.slots[0].repeats:
            yield from ((index, self.slots[0]) for index in range(len(values)))
            return
        if sum(value.pattern or value.many for value in values) > _MAX_UNSURE:
            yield from ((index, slot) for index in range(len(values)) for slot in self.slots)
            return
        for counts in product(*(self._counts(value) for value in values)):
            slots = self.spread(sum(counts))
            if slots is None:
                self._refuse(sum(counts), len(values))
                continue
            owners = (index for index, count in enumerate(counts) for _ in range(count))
            yield from zip(owners, slots, strict=True)

    def _counts(self, value: Value) -> Sequence[int]:
        if value.many:
            return range(len(self.slots) + 2)
        return range(1, len(self.slots) + 2) if value.pattern else (1,)

    def _refuse(self, count: int, written: int) -> None:
        if self.most is not None and count > self.most:
            raise ValueError(f"takes at most {self.most} operands here")
        if count == written:
            raise ValueError(f"takes at least {self.least} operands here")


@lru_cache(maxsize=4096)
def _forms(text: str, shapes: tuple[tuple[str, str], ...]) -> tuple[Form, ...]:
    return tuple(_form(part.split(), {**SHAPES, **dict(shapes)}) for part in text.split("|"))


def forms(text: str, shapes: Mapping[str, str]) -> tuple[Form, ...]:
    """The ways to read operands, separated by ``|``; raises KeyError for an unknown role."""
    return _forms(text, tuple(shapes.items()))


def slot(token: str, shapes: Mapping[str, str]) -> Slot:
    """Read `read*`, `number?` or, where a role holds for words of a form only, `upload:local*`."""
    name = token.rstrip("*?")
    role, colon, shape = name.partition(":")
    if not colon and role not in ROLES:
        role, shape = "text", role
    if role not in ROLES:
        raise KeyError(role)
    end = token[len(name) :]
    pattern = compiled(shapes[shape]) if shape else None
    return Slot(role, pattern, repeats=end == "*", optional=end == "?")


def slots(token: str, shapes: Mapping[str, str]) -> tuple[Slot, ...]:
    """Read `name|code`: the first that fits a value, or else the last."""
    return tuple(slot(each, shapes) for each in token.split("|"))


def _form(tokens: Sequence[str], shapes: Mapping[str, str]) -> Form:
    kinds = tuple(each[1:] for each in tokens if each.startswith("+"))
    words = [each for each in tokens if not each.startswith("+")]
    command = bool(words) and words[-1].rstrip("?") == "command"
    slots = tuple(slot(each, shapes) for each in words[: len(words) - command])
    return Form(slots, command, kinds)


def is_assignment(value: Value) -> bool:
    return fullmatch(r"[A-Za-z_]\w*=[\s\S]*", value.text) is not None
