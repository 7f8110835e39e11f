import asyncio
import os

import iterm2
import pytest
from iterm2 import api_pb2 as api
from websockets.legacy.exceptions import InvalidStatusCode

from tests.iterm2_server.home import MAGIC, AlreadyRunning
from tests.iterm2_server.server import Options, iterm2_server
from tests.support.iterm2 import ask, connected, running_server, until

HEADERS = {
    "Host": "localhost",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Origin": "ws://localhost/",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol": "api.iterm2.com",
    "X-iTerm2-Library-Version": "python 2.30",
    "X-iTerm2-Disable-Auth-UI": "true",
}


async def knock(server, path="/", **changed) -> str:
    """Send an HTTP request with some headers changed; returns the first line of the answer."""
    headers = HEADERS | {"X-iTerm2-Cookie": server.jar.mint()}
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    reader, writer = await asyncio.open_unix_connection(server.place.socket)
    writer.write("\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""]).encode())
    async with asyncio.timeout(5):
        answer = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return answer.decode().strip()


async def test_a_complete_request_is_accepted(server):
    assert (await knock(server)).startswith("HTTP/1.1 101")


@pytest.mark.parametrize(
    "changed",
    [
        {"Origin": "https://example.com/"},
        {"Host": "example.com"},
        {"Upgrade": "h2c"},
        {"Connection": "keep-alive, Upgrade"},
        {"Sec_WebSocket_Protocol": None},
        {"X_iTerm2_Library_Version": None},
        {"X_iTerm2_Library_Version": "python two"},
        {"path": "/api"},
    ],
    ids=str,
)
async def test_a_request_that_is_not_iterm2s_is_a_bad_one(server, changed):
    assert (await knock(server, **changed)).startswith("HTTP/1.1 400")


async def test_a_library_that_is_too_old_is_not_acceptable(server):
    answer = await knock(server, X_iTerm2_Library_Version="python 0.23")
    assert answer == "HTTP/1.1 406 Unacceptable (upgrade Python library)"


async def test_without_a_cookie_or_with_a_wrong_one_nobody_is_let_in(server):
    for cookie in (None, "0" * 32):
        assert (await knock(server, X_iTerm2_Cookie=cookie)).startswith("HTTP/1.1 401")


async def test_a_cookie_is_good_for_one_connection_and_a_reusable_one_for_many(server):
    once, often = server.jar.mint(), server.jar.mint(reusable=True)
    answers = [await knock(server, X_iTerm2_Cookie=cookie) for cookie in (once, once, often, often)]
    assert [answer.split()[1] for answer in answers] == ["101", "401", "101", "101"]


async def test_a_person_is_asked_where_that_is_allowed(server):
    server.human.answers(None)
    asked = asyncio.create_task(knock(server, X_iTerm2_Cookie=None, X_iTerm2_Disable_Auth_UI=None))
    await asyncio.wait([asked], timeout=0.05)
    assert not asked.done()
    server.human.answers(True)
    assert (await asked).startswith("HTTP/1.1 101")


@pytest.mark.skipif(os.geteuid() != 0, reason="only an administrator can allow all programs")
async def test_an_administrator_can_allow_all_programs(server):
    file = server.place.support / "disable-automation-auth"
    file.write_text(f"{os.fsencode(file).hex()} {MAGIC}")
    assert (await knock(server, X_iTerm2_Cookie=None)).startswith("HTTP/1.1 101")


@pytest.mark.parametrize("protocol", [(1, 11), (1, 17)])
async def test_the_package_connects_and_learns_the_protocol(protocol):
    async with (
        running_server(Options(protocol=protocol)) as server,
        connected(server) as connection,
    ):
        assert connection.iterm2_protocol_version == protocol
        assert connection.websocket.extensions == []


async def test_the_package_with_a_used_cookie_is_refused(server, monkeypatch):
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)
    server.jar.take(os.environ["ITERM2_COOKIE"])
    with pytest.raises((InvalidStatusCode, FileNotFoundError)):
        await iterm2.Connection.async_create()  # it asks /usr/bin/osascript, where there is one


async def test_a_second_server_of_the_same_home_does_not_start(server):
    with pytest.raises(BaseExceptionGroup) as refused:
        async with iterm2_server(server.place.home):
            pass
    assert refused.group_contains(AlreadyRunning)


async def test_the_socket_is_for_its_owner_alone(server):
    socket = server.place.socket
    assert (socket.stat().st_mode & 0o777, socket.parent.stat().st_mode & 0o777) == (0o600, 0o700)


async def test_a_message_without_a_request_is_answered_with_an_error(client):
    answer = await ask(client, api.ClientOriginatedMessage())
    assert answer.error == "Invalid request. Upgrade iTerm2 to a newer version."


async def test_text_and_rubbish_are_passed_over(server, client):
    await client.websocket.send("hello")
    await client.websocket.send(b"\xff\xff\xff")
    asked = api.ClientOriginatedMessage(list_sessions_request=api.ListSessionsRequest())
    assert len((await ask(client, asked)).list_sessions_response.windows) == 1


async def test_a_client_that_vanishes_is_forgotten(server, client):
    await iterm2.async_get_app(client)
    assert list(server.app.notices.subscriptions.all_of(api.NOTIFY_ON_LAYOUT_CHANGE))
    client.websocket.transport.abort()
    await until(lambda: not server.clients)
    assert not list(server.app.notices.subscriptions.all_of(api.NOTIFY_ON_LAYOUT_CHANGE))


async def test_cut_connections_end_at_the_client_without_a_farewell(server, client):
    server.cut()
    async with asyncio.timeout(5):
        await client.websocket.wait_closed()
    assert client.websocket.close_code == 1006
