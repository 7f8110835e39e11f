"""Resources and notices of their changes, through the whole system."""

import asyncio
import json

import pytest
from mcp import MCPError

from tests.system import System, is_fact


async def test_a_listener_hears_that_a_terminal_printed_and_reads_it(running: System) -> None:
    async with running.client() as assistant, asyncio.timeout(40):
        session = await assistant.session()
        screen = f"term://sessions/{session}/screen"
        async with assistant.client.listen(
            resource_subscriptions=[screen], resources_list_changed=True
        ) as notices:
            assert notices.honored.resource_subscriptions == [screen]
            await assistant.run(session, "sleep 3; echo news on the screen", wait_ms=0)
            await running.until(is_fact("ToolCallCompleted", session_id=session, exit_code=0))
            seen = ""
            while "\nnews on the screen" not in seen:
                assert (await anext(notices)).uri == screen
                (content,) = (await assistant.client.read_resource(screen)).contents
                seen = content.text
            another = await assistant.session()
            while type(await anext(notices)).__name__ != "ResourcesListChanged":
                pass
        listed = await assistant.client.list_resources()
    assert f"term://sessions/{another}/screen" in [each.uri for each in listed.resources]


async def test_a_recording_plays_and_reading_it_is_on_record(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        ran = await assistant.run(session, "echo to be played")
        uri = f"term://sessions/{session}/recording.cast"
        (content,) = (await assistant.client.read_resource(uri)).contents
        await running.until(is_fact("ToolCallServed", tool="recording.cast", session_id=session))
        output = f"term://commands/{ran['command_id']}/output"
        (printed,) = (await assistant.client.read_resource(output)).contents
    lines = [json.loads(line) for line in content.text.splitlines()]
    assert lines[0]["version"] == 2
    assert [line[2] for line in lines[1:] if line[1] == "m"] == [ran["command_id"]]
    assert "to be played" in printed.text


async def test_nobody_reads_or_follows_the_resources_of_others(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        command = (await assistant.run(session, "echo hi"))["command_id"]
    uris = [
        f"term://sessions/{session}/screen",
        f"term://sessions/{session}/recording.cast",
        f"term://commands/{command}/output",
    ]
    other = running.key_of(f"{running.principal}-other")
    async with running.client(other) as stranger:
        assert (await stranger.client.list_resources()).resources == []
        for uri in uris:
            unknown = uri.replace(session, "s999").replace(command, "s999")
            said = [await refusal(stranger.client, each) for each in (uri, unknown)]
            assert said[0].replace(session, "s999").replace(command, "s999") == said[1]
        async with stranger.client.listen(resource_subscriptions=uris) as notices:
            assert not notices.honored.resource_subscriptions


async def refusal(client, uri: str) -> str:
    with pytest.raises(MCPError) as raised:
        await client.read_resource(uri)
    assert raised.value.error.data == {"uri": uri}
    return raised.value.error.message
