"""The HTTP endpoint, over a real socket."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from services.mcp_front.credentials import ClientKeys
from services.mcp_front.http import Endpoint, build_app, serving
from services.mcp_front.identity import by_key
from services.mcp_front.server import build_server
from services.runtime.web import CannotListen
from tests.services.mcp_front.recording_front import RecordingFront

ANY_PORT = Endpoint(port=0)
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
JSON = {"accept": "application/json, text/event-stream"}


@asynccontextmanager
async def served(front: RecordingFront, keys: ClientKeys | None = None) -> AsyncIterator[str]:
    app = build_app(build_server(front, by_key, "1.2.3"), ANY_PORT, keys)
    async with asyncio.timeout(20), serving(app, ANY_PORT) as url:
        yield url


async def posted(url: str, **headers: str) -> httpx2.Response:
    async with httpx2.AsyncClient() as http:
        return await http.post(url, json=PING, headers=JSON | headers)


async def principal(front: RecordingFront, url: str, era: str, key: str) -> str:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    async with httpx2.AsyncClient(headers=headers) as http:
        transport = streamable_http_client(url, http_client=http)
        async with Client(transport, mode=era) as client:  # pyright: ignore[reportArgumentType]
            await client.call_tool("list_sessions", {})
    return front.asked[-1][0].principal


@pytest.mark.parametrize("era", ["auto", "legacy"])
async def test_the_principal_is_whose_key_it_is(tmp_path: Path, era: str) -> None:
    keys, front = ClientKeys(tmp_path), RecordingFront()
    keys.issue("other")
    key = keys.issue("desktop")
    async with served(front, keys) as url:
        assert await principal(front, url, era, key) == "desktop"


@pytest.mark.parametrize("era", ["auto", "legacy"])
async def test_without_authentication_everyone_on_this_machine_is_local(era: str) -> None:
    front = RecordingFront()
    async with served(front) as url:
        assert await principal(front, url, era, "") == "local"


@pytest.mark.parametrize("key", ["", "Bearer", "Bearer eim_wrong", "Basic eim_wrong", "{key}"])
async def test_without_a_known_key_the_answer_is_401_and_says_how_to_get_one(
    tmp_path: Path, key: str
) -> None:
    keys = ClientKeys(tmp_path)
    given = {"authorization": key.format(key=keys.issue("desktop"))} if key else {}
    async with served(RecordingFront(), keys) as url:
        response = await posted(url, **given)
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith('Bearer realm="enhanced-iterm-mcp"')
    assert "eim connect" in response.json()["next_step"]


async def test_a_revoked_key_stops_working_at_once(tmp_path: Path) -> None:
    keys = ClientKeys(tmp_path)
    given = {"authorization": f"Bearer {keys.issue('desktop')}"}
    async with served(RecordingFront(), keys) as url:
        before = await posted(url, **given)
        keys.revoke("desktop")
        after = await posted(url, **given)
    assert (before.status_code, after.status_code) == (200, 401)


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("host", "evil.example", 421),
        ("origin", "https://evil.example", 403),
        ("origin", "http://localhost:5173", 200),
    ],
)
async def test_other_hosts_and_origins_are_turned_away(
    header: str, value: str, status: int
) -> None:
    async with served(RecordingFront()) as url:
        assert (await posted(url, **{header: value})).status_code == status


async def test_an_allowed_host_is_believed_with_any_port() -> None:
    proxied = Endpoint(port=0, allowed_hosts=("box.example",))
    app = build_app(_server(), proxied, None)
    async with serving(app, proxied) as url:
        hosts = ("box.example", "box.example:8443", "other.example")
        answers = [(await posted(url, host=host)).status_code for host in hosts]
    assert answers == [200, 200, 421]


async def test_health_needs_no_key(tmp_path: Path) -> None:
    async with served(RecordingFront(), ClientKeys(tmp_path)) as url, httpx2.AsyncClient() as http:
        response = await http.get(url.replace("/mcp", "/health"))
    assert response.json() == {"status": "ok", "version": "1.2.3"}


async def test_a_taken_port_is_told_in_words() -> None:
    async with served(RecordingFront()) as url:
        taken = Endpoint(port=int(url.split(":")[2].removesuffix("/mcp")))
        app = build_app(build_server(RecordingFront(), by_key, "1.2.3"), taken, None)
        with pytest.raises(CannotListen, match="in use by another program"):
            async with serving(app, taken):
                pass


async def test_an_address_that_is_not_ours_is_told_in_words() -> None:
    foreign = Endpoint(host="127.0.0.999", port=0)
    with pytest.raises(CannotListen, match="Cannot listen on"):
        async with serving(build_app(_server(), ANY_PORT, None), foreign):
            pass


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "box.example"])  # noqa: S104
def test_another_address_is_refused_without_keys_tls_and_allowed_hosts(host: str) -> None:
    with pytest.raises(CannotListen, match=r"keys of clients.*TLS.*allowed hosts"):
        build_app(_server(), Endpoint(host=host), None)


async def test_the_signal_handlers_of_the_process_stay_as_they_are() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    async with served(RecordingFront()):
        assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


async def test_cancelling_whoever_serves_closes_the_port_and_leaves_nothing_running() -> None:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def serve() -> None:
        async with served(RecordingFront()) as url:
            ready.set_result(url)
            await asyncio.Event().wait()

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(serve())
        url = await ready
        task.cancel()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    with pytest.raises(httpx2.ConnectError):
        await posted(url)


def _server():
    return build_server(RecordingFront(), by_key, "1.2.3")
