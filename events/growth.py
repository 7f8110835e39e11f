"""What a newer vocabulary took away from an older one: events may grow, but never change."""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

type Schema = Mapping[str, object]
type Schemas = Mapping[str, Schema]

_ABSENT: Final = object()


def losses(old: Schemas, new: Schemas) -> list[str]:
    """Return what readers of old events would miss; nothing where the vocabulary only grew.

    Both arguments are JSON Schemas by name, as msgspec writes them for structs.
    """
    gone = [f"{name} is gone" for name in old if name not in new]
    kept = [(name, old[name], new[name]) for name in old if name in new]
    return gone + [loss for each in kept for loss in _struct_losses(*each)]


def _struct_losses(name: str, old: Schema, new: Schema) -> Iterator[str]:
    before, after = _properties(old), _properties(new)
    for field, schema in before.items():
        if field not in after:
            yield f"{name}.{field} is gone"
        else:
            yield from _field_losses(f"{name}.{field}", schema, after[field])
    for field in sorted(_required(new) - _required(old)):
        yield f"{name}.{field} is required, and older events lack it"


def _field_losses(name: str, old: Schema, new: Schema) -> Iterator[str]:
    if lost := _kinds(old) - _kinds(new):
        yield f"{name} may no longer be {', '.join(sorted(lost))}"
    if "default" in old and old["default"] != new.get("default", _ABSENT):
        yield f"{name} means something else where it is left out"


def _kinds(schema: Schema) -> set[str]:
    """Return each kind of value that a field may hold."""
    if "anyOf" in schema:
        options = msgspec.convert(schema["anyOf"], list[dict[str, object]])
        return {kind for option in options for kind in _kinds(option)}
    if "enum" in schema:
        return {_text(value) for value in msgspec.convert(schema["enum"], list[object])}
    return {_text({key: schema[key] for key in schema if key not in {"default", "description"}})}


def _text(value: object) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()


def _properties(schema: Schema) -> dict[str, dict[str, object]]:
    return msgspec.convert(schema.get("properties", {}), dict[str, dict[str, object]])


def _required(schema: Schema) -> set[str]:
    return msgspec.convert(schema.get("required", []), set[str])
