"""One session of iTerm2, as its API tells of it: each question typed, each status looked at."""

import json
from dataclasses import dataclass
from itertools import chain

import msgspec
from iterm2 import api_pb2, rpc
from iterm2.api_pb2 import (
    GetBufferResponse,
    GetPromptResponse,
    ListSessionsResponse,
    SplitTreeNode,
    VariableResponse,
)
from iterm2.util import CoordRange, Point, WindowedCoordRange

from services.session_driver.terminal.host import NoSuchPane
from services.session_driver.terminal.iterm2.link import Link
from services.session_driver.terminal.iterm2.trouble import Refused

BADGE = "Badge Text"
PROMPTS = (
    api_pb2.PromptMonitorMode.PROMPT,
    api_pb2.PromptMonitorMode.COMMAND_START,
    api_pb2.PromptMonitorMode.COMMAND_END,
)
HEARD = (
    api_pb2.NOTIFY_ON_SCREEN_UPDATE,
    api_pb2.NOTIFY_ON_PROMPT,
    api_pb2.NOTIFY_ON_KEYSTROKE,
)


class Counts(msgspec.Struct, frozen=True):
    """How many lines were lost at the top, are in the scrollback, and are on the screen."""

    overflow: int
    history: int
    grid: int

    @property
    def top(self) -> int:
        """The number of the first line on the screen."""
        return self.overflow + self.history

    @property
    def end(self) -> int:
        """The number after that of the last line."""
        return self.top + self.grid


@dataclass(frozen=True, slots=True)
class ApiSession:
    """Asks about one session and acts on it. Everything raises ITerm2Trouble, NoSuchPane."""

    link: Link
    id: str

    async def counts(self) -> Counts:
        """Return how many lines there are."""
        said = await self.link.ask(
            "the number of lines",
            lambda wire: rpc.async_get_property(wire, "number_of_lines", session_id=self.id),
        )
        answer = said.get_property_response
        if answer.status != api_pb2.GetPropertyResponse.OK:
            raise NoSuchPane(self.id)
        return msgspec.json.decode(answer.json_value, type=Counts)

    async def lines(self, first: int, end: int) -> GetBufferResponse:
        """Return these lines; those that are lost are missing at the beginning."""
        span = WindowedCoordRange(CoordRange(Point(0, first), Point(0, end)))
        return await self._buffer(span)

    async def screen(self) -> GetBufferResponse:
        """Return what is on the screen."""
        return await self._buffer(None)

    async def _buffer(self, span: WindowedCoordRange | None) -> GetBufferResponse:
        said = await self.link.ask(
            "for lines",
            lambda wire: rpc.async_get_screen_contents(wire, self.id, span, style=True),
        )
        if said.WhichOneof("submessage") is None:  # as for a session that is a browser
            raise Refused("to tell the lines of a session", "it has none")
        if said.get_buffer_response.status != GetBufferResponse.OK:
            raise NoSuchPane(self.id)
        return said.get_buffer_response

    async def prompt(self, prompt_id: str = "") -> GetPromptResponse | None:
        """Return a prompt, or the newest one; None where there is none any more."""
        said = await self.link.ask(
            "for a prompt", lambda wire: rpc.async_get_prompt(wire, self.id, prompt_id)
        )
        answer = said.get_prompt_response
        if answer.status == GetPromptResponse.SESSION_NOT_FOUND:
            raise NoSuchPane(self.id)
        return answer if answer.status == GetPromptResponse.OK else None

    async def prompts_after(self, prompt_id: str) -> list[str]:
        """Return the newer prompts, oldest first; all where that one is not known any more."""
        said = await self.link.ask(
            "for the prompts", lambda wire: rpc.async_list_prompts(wire, self.id, None, None)
        )
        known = list(said.list_prompts_response.unique_prompt_id)
        return known[known.index(prompt_id) + 1 :] if prompt_id in known else known

    async def variables(self, *names: str) -> list[str]:
        """Return variables as texts, empty where they are not set."""
        said = await self.link.ask(
            "for variables", lambda wire: rpc.async_variable(wire, self.id, gets=names)
        )
        if said.variable_response.status != VariableResponse.OK:
            raise NoSuchPane(self.id)
        return [_text(value) for value in said.variable_response.values]

    async def set_variable(self, name: str, value: str) -> None:
        """Keep a text with the session, which every program that is let in can read."""
        kept = [(name, json.dumps(value))]
        await self.link.ask(
            "to set a variable", lambda wire: rpc.async_variable(wire, self.id, sets=kept)
        )

    async def name(self, text: str) -> None:
        """Give the session a name."""
        call = f'iterm2.set_name(name: "{_quoted(text)}")'
        await self.link.ask(
            "to name a session",
            lambda wire: rpc.async_invoke_function(wire, call, receiver=self.id),
        )

    async def badge_text(self) -> str:
        """Return the badge, as it is written in the session's own copy of its profile."""
        said = await self.link.ask(
            "for a badge", lambda wire: rpc.async_get_profile(wire, self.id, [BADGE])
        )
        answer = said.get_profile_property_response
        if answer.status != api_pb2.GetProfilePropertyResponse.OK:
            raise NoSuchPane(self.id)
        return "".join(_text(each.json_value) for each in answer.properties)

    async def badge(self, text: str) -> None:
        """Show a badge on the session; its profile stays as it is."""
        value = json.dumps(text)
        await self.link.ask(
            "for a badge",
            lambda wire: rpc.async_set_profile_property_json(wire, self.id, BADGE, value),
        )

    async def type(self, text: str) -> None:
        """Type; only here, also where the person broadcasts what they type."""
        said = await self.link.ask(
            "to type", lambda wire: rpc.async_send_text(wire, self.id, text, True)
        )
        if said.send_text_response.status != api_pb2.SendTextResponse.OK:
            raise NoSuchPane(self.id)

    async def inject(self, data: bytes) -> None:
        """Show something as if a program had printed it."""
        said = await self.link.ask(
            "to show something", lambda wire: rpc.async_inject(wire, data, [self.id])
        )
        if [*said.inject_response.status] != [api_pb2.InjectResponse.OK]:
            raise NoSuchPane(self.id)

    async def resize(self, cols: int, rows: int) -> None:
        """Ask for another size; iTerm2 may refuse it, as in full screen."""
        size = json.dumps({"width": cols, "height": rows})
        await self.link.ask(
            "for another size",
            lambda wire: rpc.async_set_property(wire, "grid_size", size, session_id=self.id),
        )

    async def close(self) -> None:
        """Close the session without a question."""
        await self.link.ask(
            "to close a session", lambda wire: rpc.async_close(wire, [self.id], force=True)
        )

    async def listen(self) -> None:
        """Hear of the screen, of every kind of prompt, and of keys; again changes nothing."""
        for kind in HEARD:
            modes = PROMPTS if kind == api_pb2.NOTIFY_ON_PROMPT else None
            await self.link.ask(
                "for notices",
                lambda wire, kind=kind, modes=modes: rpc.async_notification_request(
                    wire, True, kind, self.id, prompt_monitor_modes=modes
                ),
            )

    async def size(self) -> tuple[int, int]:
        """Return (columns, rows); a buried session has none."""
        there = await sizes(self.link)
        if self.id not in there:
            raise NoSuchPane(self.id)
        return there[self.id]


async def layout(link: Link) -> ListSessionsResponse:
    """Return the windows, their tabs and panes. Raises ITerm2Trouble."""
    return (await link.ask("for its windows", rpc.async_list_sessions)).list_sessions_response


async def sizes(link: Link) -> dict[str, tuple[int, int]]:
    """Return the size of each session; a buried one has none. Raises ITerm2Trouble."""
    told = await layout(link)
    return sizes_in(told) | {each.unique_identifier: (0, 0) for each in told.buried_sessions}


def sizes_in(told: ListSessionsResponse) -> dict[str, tuple[int, int]]:
    """Return the size of each session that has a place."""
    tabs = chain.from_iterable(window.tabs for window in told.windows)
    found: dict[str, tuple[int, int]] = {}
    for tab in tabs:
        for each in chain(_leaves(tab.root), tab.minimized_sessions):
            found[each.unique_identifier] = (each.grid_size.width, each.grid_size.height)
    return found


def _leaves(node: SplitTreeNode) -> list[api_pb2.SessionSummary]:
    leaves: list[api_pb2.SessionSummary] = []
    for link in node.links:
        if link.WhichOneof("child") == "session":
            leaves.append(link.session)
        else:
            leaves.extend(_leaves(link.node))
    return leaves


def _text(value: str) -> str:
    decoded: object = json.loads(value)
    return "" if decoded is None else str(decoded)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
