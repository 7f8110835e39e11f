"""The wire form of answers and refusals: text and structured content, each complete alone.

Clients show the model either the one or the other, and a server cannot know which.
"""

import msgspec
from mcp.types import CallToolResult, TextContent

from services.mcp_front.answers import Answer
from services.mcp_front.refusals import Refusal
from services.mcp_front.text import as_text


def reply(answer: Answer) -> CallToolResult:
    """Send the result of a call that was taken."""
    fields = msgspec.json.decode(msgspec.json.encode(answer), type=dict[str, object])
    return _result(as_text(fields), fields, is_error=answer.is_error)


def refuse(refusal: Refusal) -> CallToolResult:
    """Send why a call was not taken."""
    error: dict[str, object] = {"code": refusal.code, "message": refusal.message}
    if refusal.valid:
        error["valid_values"] = list(refusal.valid)
    if refusal.command_id:
        error["command_id"] = refusal.command_id
    if refusal.next_step:
        error["next_step"] = refusal.next_step
    # Some clients check the structured content of errors too: the output schemas know `error`.
    return _result(as_text(error), {"error": error}, is_error=True)


def _result(text: str, fields: dict[str, object], *, is_error: bool) -> CallToolResult:
    return CallToolResult(
        content=[TextContent(type="text", text=text)],
        structured_content=fields,
        is_error=is_error,
    )
