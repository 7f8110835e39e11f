"""What clients are told about the tools; a change here changes how every model behaves."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.mcp_front.server import INSTRUCTIONS
from services.mcp_front.tools import TOOLS

pytestmark = pytest.mark.pure
GOLDEN = Path(__file__).with_name("tools.golden.json")
SURFACE = [tool.wire().model_dump(by_alias=True, mode="json", exclude_none=True) for tool in TOOLS]
NAMES = [tool.name for tool in TOOLS]
each_tool = pytest.mark.parametrize("tool", SURFACE, ids=NAMES)


def nodes(value: object) -> Iterator[object]:
    yield value
    children = value.values() if isinstance(value, dict) else value
    if isinstance(children, list | type({}.values())):
        for child in children:
            yield from nodes(child)


def test_the_tool_surface_is_the_golden_one() -> None:
    assert json.loads(GOLDEN.read_text()) == SURFACE


@each_tool
def test_no_schema_uses_what_clients_are_known_to_drop(tool: dict) -> None:
    dropped = {"anyOf", "oneOf", "allOf", "$ref", "$defs", "not"}
    schemas = list(nodes([tool["inputSchema"], tool["outputSchema"]]))
    keys = {key for node in schemas if isinstance(node, dict) for key in node}
    assert keys & dropped == set()
    assert None not in schemas
    assert "null" not in schemas


@each_tool
def test_inputs_are_closed_and_every_parameter_is_described(tool: dict) -> None:
    schema = tool["inputSchema"]
    assert schema["additionalProperties"] is False
    assert [name for name, about in schema["properties"].items() if not about["description"]] == []


@each_tool
def test_a_result_requires_no_field_so_that_a_refusal_fits_too(tool: dict) -> None:
    assert "required" not in tool["outputSchema"]
    assert "code" in tool["outputSchema"]["properties"]["error"]["properties"]


@each_tool
def test_all_four_annotations_are_explicit(tool: dict) -> None:
    hints = {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"}
    assert hints <= tool["annotations"].keys()


@each_tool
def test_names_and_descriptions_stay_within_the_limits_of_clients(tool: dict) -> None:
    assert re.fullmatch(r"[a-z_]{1,64}", tool["name"])
    assert 100 < len(tool["description"].encode()) < 2048


def test_there_is_no_tool_that_approves_or_changes_policy() -> None:
    assert NAMES == [
        "list_sessions", "open_session", "adopt_session", "close_session", "run_command",
        "check_command", "wait_command", "wait_for", "interrupt_command", "send_text",
        "send_keys", "request_handoff", "read_screen", "read_output", "get_timeline",
    ]  # fmt: skip


def test_the_instructions_fit_into_what_clients_keep() -> None:
    assert len(INSTRUCTIONS.encode()) < 2048
