"""Reads the arguments of a call: lenient about how they are written, strict about what they say."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final, cast

import msgspec

from services.mcp_front.refusals import Refusal
from services.mcp_front.schema import Schema, input_schema

_FIELD: Final = re.compile(r" - at `\$\.(?P<field>\w+)(?P<rest>[^`]*)`$")


def parse[A: msgspec.Struct](arguments: type[A], given: Mapping[str, object]) -> A:
    """Return the arguments, or refuse them in words that name the field and what it takes."""
    schema = input_schema(arguments)
    properties = cast("dict[str, Schema]", schema["properties"])
    # Clients send null for "not given", numbers as strings, and lists as JSON in a string.
    present = {name: value for name, value in given.items() if value is not None}
    _refuse_unknown(present, tuple(properties))
    decoded = {name: _unquoted(value, properties[name]) for name, value in present.items()}
    try:
        return msgspec.convert(decoded, arguments, strict=False)
    except msgspec.ValidationError as error:
        found = _FIELD.search(str(error))
        # Only what is not there has no place.
        raise (_invalid(found, properties) if found else _missing(present, schema)) from error


def _refuse_unknown(given: Mapping[str, object], known: tuple[str, ...]) -> None:
    unknown = [name for name in given if name not in known]
    if not unknown:
        return
    close = get_close_matches(unknown[0], known, n=1)
    meant = f" Did you mean {close[0]!r}?" if close else ""
    raise Refusal(
        "unknown_argument",
        f"There is no argument {', '.join(repr(name) for name in unknown)}.{meant}",
        valid=known,
        next_step="Nothing was done. Call again with known arguments only.",
    )


def _unquoted(value: object, schema: Schema) -> object:
    if not isinstance(value, str) or schema.get("type") not in {"array", "object"}:
        return value
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError:
        return value  # the conversion says what is expected here


def _missing(given: Mapping[str, object], schema: Schema) -> Refusal:
    required = cast("list[str]", schema.get("required", []))
    missing = [name for name in required if name not in given]
    return Refusal(
        "invalid_arguments",
        f"There is no {' and no '.join(missing)} in this call.",
        next_step=f"Nothing was done. Call again with what is required: {', '.join(required)}.",
    )


def _invalid(found: re.Match[str], properties: Mapping[str, Schema]) -> Refusal:
    field, about = found["field"], properties[found["field"]]
    values = cast("list[str]", about.get("enum", []))
    said = f"{field}{found['rest']}: {_plainly(found.string[: found.start()], about)}"
    return Refusal("invalid_arguments", said, valid=tuple(values), next_step=_AGAIN)


def _plainly(message: str, about: Schema) -> str:
    """Say a pattern in words, and both ends of a range whichever of them was left."""
    if "matching regex" in message:
        return _ID
    if about.get("type") != "integer":
        return f"{message}."
    least, most = about.get("minimum", 0), about.get("maximum")
    taken = f"from {least} to {most}" if most else f"of at least {least}"
    return f"{message}. It takes a whole number {taken}."


_ID: Final = (
    "An id is 1 to 64 letters, digits, hyphens and underscores, and starts with a letter or a "
    "digit. Take it from an earlier answer."
)
_AGAIN: Final = "Nothing was done. Correct the argument and call again."
