"""How strict an effect is, by its kind and its place."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from events.review import Tier
from services.policy.meaning.effect import Effect


@cache
def _table() -> Mapping[str, Mapping[str, Tier]]:
    content = files("services.policy").joinpath("tiers.toml").read_text(encoding="utf-8")
    return msgspec.toml.decode(content, type=dict[str, dict[str, Tier]])


def tier_of(effect: Effect) -> Tier:
    row = _table()[effect.kind]
    where = effect.location
    if where.whole and "whole" in row:
        return row["whole"]
    if where.top and "top" in row:
        return row["top"]
    return row.get(where.place or "none", row["otherwise"])
