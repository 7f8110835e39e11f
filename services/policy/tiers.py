"""How strict an effect is, by its kind and its place: a table that rule files make."""

from collections.abc import Iterator, Mapping
from typing import Final, get_args

from events.review import Place, Tier
from services.policy.concern import rank, strictest
from services.policy.meaning.effect import Effect

type Row = Mapping[str, Tier]
type Tiers = Mapping[str, Row]
"""Kinds of effects, and for each the tier by place. `whole` is a place that holds everything (/ or
a home), `top` a folder that the system rests on, `none` no place at all."""

OTHERWISE: Final = "otherwise"
PLACES: Final = (*filter(None, get_args(Place.__value__)), "none", "whole", "top", OTHERWISE)


def tier_of(effect: Effect, tiers: Tiers) -> Tier:
    row, where = tiers[effect.kind], effect.location
    if where.whole and "whole" in row:
        return row["whole"]
    if where.top and "top" in row:
        return row["top"]
    return row.get(where.place or "none", row[OTHERWISE])


def overlaid(below: Tiers, above: Tiers) -> Tiers:
    """Lay one table over another."""
    return {kind: {**row, **above.get(kind, {})} for kind, row in below.items()}


def tightened(below: Tiers, above: Tiers) -> Tiers:
    """Lay one table over another, where it is stricter."""
    return overlaid(below, {kind: _stricter(below[kind], row) for kind, row in above.items()})


def loosened(below: Tiers, above: Tiers) -> Iterator[str]:
    """Say where a table is less strict than the one that it is laid over."""
    for kind, row in above.items():
        for place, tier in row.items():
            known = _known(below[kind], place)
            if rank(tier) < rank(known):
                yield f"tiers.{kind}.{place}: it is {known}"


def _stricter(below: Row, above: Row) -> Row:
    return {place: strictest([tier, _known(below, place)]) for place, tier in above.items()}


def _known(row: Row, place: str) -> Tier:
    """Return how strict a place is; one that is whole, or at the top, can be of any class."""
    if place in {"whole", "top"}:
        return row.get(place, strictest(row.values()))
    return row.get(place, row[OTHERWISE])


def faults(tiers: Tiers, known: Tiers) -> Iterator[str]:
    """Say what in a table is no kind of effect, and no place."""
    for kind, row in tiers.items():
        if kind not in known:
            yield f"tiers.{kind}: there is no such effect; effects are {', '.join(known)}"
        for place in row.keys() - set(PLACES):
            yield f"tiers.{kind}.{place}: there is no such place; places are {', '.join(PLACES)}"
