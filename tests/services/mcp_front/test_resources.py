"""Resources over the protocol, in both eras, against a front that only records what it is asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from mcp import Client, MCPError
from mcp.types import ResourceUpdatedNotification

from services.mcp_front.identity import always
from services.mcp_front.places import Place, place_of, recording_of, screen_of
from services.mcp_front.ports import Caller
from services.mcp_front.refusals import unknown_session
from services.mcp_front.resources import TEMPLATES, UNTRUSTED
from services.mcp_front.server import build_server
from services.mcp_front.views import (
    CastPage,
    CastQuery,
    Change,
    OutputQuery,
    ScreenQuery,
    SessionPage,
    SessionView,
    Watched,
)
from services.runtime.background import background
from tests.services.mcp_front.recording_front import RecordingFront
from tests.services.mcp_front.test_server import ANN, connected, eras

SCREEN = "term://sessions/s1/screen"
older = pytest.mark.filterwarnings("ignore::mcp.MCPDeprecationWarning")
OPEN = SessionPage(sessions=(SessionView(session_id="s1", name="a\nname"),))


@pytest.mark.parametrize(
    ("uri", "place"),
    [
        (screen_of("s1"), Place(kind="screen", id="s1")),
        ("term://commands/c1/output", Place(kind="output", id="c1")),
        (recording_of("s1"), Place(kind="recording", id="s1")),
        (recording_of("s1", 70), Place(kind="recording", id="s1", offset=70)),
        ("term://sessions/s1/screen\n", None),
        ("term://sessions/../screen", None),
        ("term://sessions/s.1/screen", None),
        ("file:///etc/passwd", None),
    ],
)
def test_an_address_names_one_place_or_none(uri: str, place: Place | None) -> None:
    assert place_of(uri) == place


@eras
async def test_the_resources_of_open_sessions_are_listed(era: str) -> None:
    front = RecordingFront()
    front.page = OPEN
    async with connected(front, era) as client:
        listed = await client.list_resources()
        known = await client.list_resource_templates()
    assert [resource.uri for resource in listed.resources] == [SCREEN, recording_of("s1")]
    assert listed.resources[0].title == "Screen of a name"
    assert [t.uri_template for t in known.resource_templates] == [t.uri_template for t in TEMPLATES]


@eras
async def test_a_screen_reads_as_the_tool_says_it_fenced_and_harmless(era: str) -> None:
    front = RecordingFront()
    front.text = "a\x1b[31m trick"
    async with connected(front, era) as client:
        (content,) = (await client.read_resource(SCREEN)).contents
    assert [asked[1:] for asked in front.asked] == [(ScreenQuery(session_id="s1"),)]
    assert "--- untrusted output" in content.text
    assert "a<U+001B>[31m trick" in content.text


@eras
async def test_an_output_reads_as_the_first_page_of_the_tool(era: str) -> None:
    front = RecordingFront()
    front.text = "printed\n"
    async with connected(front, era) as client:
        (content,) = (await client.read_resource("term://commands/c1/output")).contents
    assert front.asked[0][1] == OutputQuery(call_id="c1", max_chars=50_000)
    assert "printed" in content.text


@eras
async def test_a_long_recording_names_its_next_page(era: str) -> None:
    front = RecordingFront()
    front.recording = CastPage(text="{}\n", next_offset=70, at_end=False)
    async with connected(front, era) as client:
        (content,) = (await client.read_resource(recording_of("s1", 7))).contents
    assert front.asked[0][1] == CastQuery(session_id="s1", offset=7)
    assert (content.mime_type, content.text) == ("application/x-asciicast", "{}\n")
    assert content.meta == {"untrusted": UNTRUSTED, "next": recording_of("s1", 70)}


@eras
@pytest.mark.parametrize("uri", ["term://sessions/s9/recording.cast", "term://other/s1"])
async def test_what_is_not_there_is_an_error_that_names_it(era: str, uri: str) -> None:
    front = RecordingFront()

    async def refused(*_: object) -> CastPage:
        raise unknown_session("s9")

    front.cast = refused
    async with connected(front, era) as client:
        with pytest.raises(MCPError) as raised:
            await client.read_resource(uri)
    assert (raised.value.error.code, raised.value.error.data) == (-32602, {"uri": uri})


async def test_without_its_scope_there_is_nothing_to_read() -> None:
    front = RecordingFront()
    async with connected(front, caller=Caller(principal="bob", scopes=())) as client:
        assert (await client.list_resources()).resources == []
        with pytest.raises(MCPError, match="no such resource"):
            await client.read_resource(SCREEN)
    assert front.asked == []


async def test_a_listener_hears_of_changes_and_of_sessions() -> None:
    front = RecordingFront()
    front.changes = [Change(changed=False, offset=5), Change(changed=True, offset=9)]
    front.open = [frozenset(), frozenset({"s1"})]
    heard: list[str] = []
    async with connected(front) as client, asyncio.timeout(10):
        foreign = "term://sessions/s2/screen"
        async with client.listen(
            resource_subscriptions=[SCREEN, foreign], resources_list_changed=True
        ) as events:
            assert events.honored.resource_subscriptions == [SCREEN]
            async for event in events:
                heard.append(type(event).__name__)
                if set(heard) == {"ResourceUpdated", "ResourcesListChanged"}:
                    break
    asked = [about[1:] for about in front.asked]
    assert asked[:3] == [(Watched(session_id="s1"), offset) for offset in (-1, 5, 9)]


@asynccontextmanager
async def subscribing(front: RecordingFront, heard: list[str]) -> AsyncIterator[Client]:
    """Connect a client of the older era whose connection lasts."""

    async def hear(message: object) -> None:
        if isinstance(message, ResourceUpdatedNotification):
            heard.append(str(message.params.uri))

    async with background() as tasks:
        server = build_server(front, always(ANN), "1.2.3", tasks)
        async with Client(server, mode="legacy", message_handler=hear) as client:  # pyright: ignore[reportArgumentType]
            yield client


@older
async def test_an_older_client_subscribes_and_unsubscribes() -> None:
    front, heard = RecordingFront(), []
    front.changes = [Change(changed=True, offset=5)]
    async with subscribing(front, heard) as client, asyncio.timeout(10):
        assert client.server_capabilities.resources.subscribe
        await client.subscribe_resource(SCREEN)
        while not heard:  # noqa: ASYNC110 - a notice has no event
            await asyncio.sleep(0.01)
        await client.unsubscribe_resource(SCREEN)
        front.changes = [Change(changed=True, offset=9)] * 3
        await asyncio.sleep(0.7)
        with pytest.raises(MCPError, match="cannot be subscribed to"):
            await client.subscribe_resource("term://sessions/s2/screen")
    assert heard == [SCREEN]


@older
async def test_much_output_is_few_notices() -> None:
    front, heard = RecordingFront(), []
    front.changes = [Change(changed=True, offset=number) for number in range(100)]
    async with subscribing(front, heard) as client:
        await client.subscribe_resource(SCREEN)
        await asyncio.sleep(1.2)
    assert 2 <= len(heard) <= 3


async def test_without_a_lasting_connection_no_older_client_is_promised_notices() -> None:
    async with connected(RecordingFront(), "legacy") as client:
        assert not client.server_capabilities.resources.subscribe
