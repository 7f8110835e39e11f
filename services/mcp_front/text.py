"""The text form of a result: short lines, complete without the structured form."""

from collections.abc import Mapping
from typing import cast

import msgspec

from services.mcp_front.untrusted import fence

OUTPUT = "untrusted_output"


def as_text(result: Mapping[str, object]) -> str:
    """Write one line for each field; what a program printed comes last, fenced."""
    lines = [f"{name}: {_value(value)}" for name, value in result.items() if name != OUTPUT]
    if OUTPUT in result:
        lines.append(_output(cast("dict[str, object]", result[OUTPUT])))
    return "\n".join(lines)


def _value(value: object) -> str:
    if not isinstance(value, list):
        return _inline(value)
    items = cast("list[object]", value)
    if any(isinstance(item, dict) for item in items):
        return "".join(f"\n- {_inline(item)}" for item in items)
    return _inline(items) or "none"


def _inline(value: object) -> str:
    if isinstance(value, dict):
        fields = cast("dict[str, object]", value)
        return ", ".join(f"{name}: {_inline(part)}" for name, part in fields.items())
    if isinstance(value, list):
        return ", ".join(_inline(item) for item in cast("list[object]", value))
    # A line break in a session's name must not look like another field.
    if isinstance(value, str) and "\n" not in value:
        return value
    return msgspec.json.encode(value).decode()


def _output(output: dict[str, object]) -> str:
    head, tail = str(output.get("head", output.get("text", ""))), str(output.get("tail", ""))
    title = _inline({k: v for k, v in output.items() if k not in {"head", "tail", "text"}})
    gap = f"\n[... {output.get('omitted_lines', 0)} lines left out ...]\n" if tail else ""
    return fence(f"{head.rstrip()}{gap}{tail.rstrip()}" or "(nothing)", title)
