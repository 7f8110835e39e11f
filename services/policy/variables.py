"""Variables whose change leaves a command's name saying less than it seems to."""

from collections.abc import Mapping
from typing import Annotated

import msgspec

type Variable = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z_][A-Za-z0-9_]*\*?\Z")]
"""A name; one that ends in * stands for all that begin so. Shells are told to watch for it."""


class Variables(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Variables that decide the same thing, with examples."""

    why: str
    names: tuple[Variable, ...]
    match: tuple[str, ...] = ()
    not_match: tuple[str, ...] = ()


def stands_for(name: str, variable: str) -> bool:
    family = name.removesuffix("*")
    return variable == name or (family != name and variable.startswith(family))


def what_it_decides(variable: str, known: Mapping[str, str]) -> str:
    """Return what is known about a variable, "" for one that is not listed."""
    return next((why for name, why in known.items() if stands_for(name, variable)), "")
