"""JSON Schemas of tool arguments and results, in the plain dialect that every client reads.

Clients were seen to drop `anyOf`, to lose `$ref`, and to refuse calls over `default: null`, so
types are written inline, and an optional result field is simply absent.
"""

from functools import cache
from typing import Final, cast

import msgspec

type Schema = dict[str, object]

ERROR: Final[Schema] = {
    "type": "object",
    "description": "Only when the call was not taken: what was wrong and what to do next.",
    "properties": {
        "code": {"type": "string"},
        "message": {"type": "string"},
        "command_id": {
            "type": "string",
            "description": "The call, where it may have been recorded all the same.",
        },
        "valid_values": {"type": "array", "items": {"type": "string"}},
        "next_step": {"type": "string"},
    },
    "required": ["code", "message"],
}


@cache
def input_schema(arguments: type[msgspec.Struct]) -> Schema:
    """Describe arguments, the required ones first; defaults are part of the description."""
    schema = _inlined(arguments)
    schema.pop("description", None)
    required = cast("list[str]", schema.get("required", []))
    properties = cast("Schema", schema["properties"])
    first = {name: properties[name] for name in required}
    return {**schema, "properties": first | properties}


@cache
def output_schema(result: type[msgspec.Struct]) -> Schema:
    """Describe a result. Nothing is required, because a refusal answers with `error` alone."""
    schema = cast("Schema", _without(_inlined(result), "default", "required"))
    properties = cast("Schema", schema["properties"])
    return {"type": "object", "properties": {**properties, "error": ERROR}}


def _inlined(struct: type[msgspec.Struct]) -> Schema:
    (root,), parts = msgspec.json.schema_components([struct], ref_template="{name}")
    schema = cast("Schema", _resolved(root, cast("Schema", parts)))
    schema.pop("title", None)
    return schema


def _resolved(node: object, parts: Schema) -> object:
    if isinstance(node, list):
        return [_resolved(item, parts) for item in cast("list[object]", node)]
    if not isinstance(node, dict):
        return node
    fields = cast("Schema", node)
    if "enum" in fields:
        return {"type": "string", **fields}
    if "$ref" not in fields:
        return {key: _resolved(value, parts) for key, value in fields.items()}
    part = cast("Schema", _resolved(parts[str(fields["$ref"])], parts))
    own = {key: value for key, value in fields.items() if key != "$ref"}
    return {key: value for key, value in part.items() if key != "title"} | own


def _without(node: object, *keys: str) -> object:
    if isinstance(node, list):
        return [_without(item, *keys) for item in cast("list[object]", node)]
    if not isinstance(node, dict):
        return node
    fields = cast("Schema", node)
    return {
        key: value if key == "enum" else _without(value, *keys)
        for key, value in fields.items()
        if key not in keys
    }
