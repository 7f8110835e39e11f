import asyncio

import iterm2
from iterm2 import api_pb2 as api
from iterm2 import rpc

from tests.support.iterm2 import ask, connected, ready, shown, until

_Done = api.TransactionResponse


async def begin(client) -> int:
    return (await rpc.async_start_transaction(client)).transaction_response.status


async def end(client) -> int:
    answer = await ask(
        client,
        api.ClientOriginatedMessage(transaction_request=api.TransactionRequest(begin=False)),
    )
    return answer.transaction_response.status


async def test_a_transaction_begins_and_ends_once(client):
    assert await end(client) == _Done.NO_TRANSACTION
    assert await begin(client) == _Done.OK
    assert await begin(client) == _Done.ALREADY_IN_TRANSACTION
    assert await end(client) == _Done.OK


async def test_nothing_is_printed_or_told_until_a_transaction_ends(server, client):
    session = await ready(server)
    async with iterm2.PromptMonitor(client, session.id) as monitor:
        await begin(client)
        before = shown(session)
        session.type("echo $((20+3))\r")
        told = asyncio.create_task(monitor.async_get())
        await asyncio.wait([told], timeout=0.2)
        assert (shown(session), told.done()) == (before, False)
        await end(client)
        async with asyncio.timeout(5):
            await told
    await until(lambda: "\n23\n" in shown(session))


async def test_another_clients_requests_wait_in_order(server, client):
    async with connected(server) as other:
        await begin(client)
        session = next(server.app.sessions())
        waiting = [
            asyncio.create_task(rpc.async_send_text(other, session.id, "", False)),
            asyncio.create_task(rpc.async_list_sessions(other)),
        ]
        await asyncio.wait(waiting, timeout=0.1)
        assert not any(task.done() for task in waiting)
        await end(client)
        async with asyncio.timeout(5):
            await asyncio.gather(*waiting)
    asked = [entry.request for entry in server.journal.entries[-2:]]
    assert asked == ["send_text", "list_sessions"]


async def test_a_client_that_goes_ends_its_transaction(server, client):
    async with connected(server) as other:
        await begin(other)
        other.websocket.transport.abort()
        async with asyncio.timeout(5):
            await rpc.async_list_sessions(client)


async def test_what_completes_later_completes_only_after_the_transaction(server, client):
    await begin(client)
    opened = asyncio.create_task(rpc.async_create_tab(client))
    await asyncio.wait([opened], timeout=0.1)
    assert not opened.done()
    assert await end(client) == _Done.OK
    async with asyncio.timeout(5):
        assert (await opened).create_tab_response.status == api.CreateTabResponse.OK
