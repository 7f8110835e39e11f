"""One MCP tool: what it is called, what it takes, what it answers and what it may change."""

from collections.abc import Awaitable, Callable, Mapping

import msgspec
from mcp.types import Tool as WireTool
from mcp.types import ToolAnnotations

from services.mcp_front.answers import Answer
from services.mcp_front.arguments import parse
from services.mcp_front.ports import Caller, Front
from services.mcp_front.schema import input_schema, output_schema


class Effects(msgspec.Struct, frozen=True, kw_only=True):
    """The four MCP annotations, always said in full."""

    read_only: bool
    destructive: bool
    idempotent: bool
    open_world: bool


class Tool[Arguments: msgspec.Struct](msgspec.Struct, frozen=True, kw_only=True):
    """A tool and the function behind it."""

    name: str
    title: str
    description: str
    scope: str
    effects: Effects
    arguments: type[Arguments]
    result: type[Answer]
    call: Callable[[Front, Caller, Arguments], Awaitable[Answer]]

    def wire(self) -> WireTool:
        """Describe the tool to clients."""
        return WireTool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=input_schema(self.arguments),
            output_schema=output_schema(self.result),
            annotations=ToolAnnotations(
                title=self.title,
                read_only_hint=self.effects.read_only,
                destructive_hint=self.effects.destructive,
                idempotent_hint=self.effects.idempotent,
                open_world_hint=self.effects.open_world,
            ),
        )

    async def answer(self, front: Front, caller: Caller, given: Mapping[str, object]) -> Answer:
        """Read the arguments and do what they ask."""
        return await self.call(front, caller, parse(self.arguments, given))
