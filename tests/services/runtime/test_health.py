import asyncio
import json

import pytest

from services.runtime import health
from services.runtime.health import CannotTell, answering_health


def says(why):
    async def check():
        return why

    return check


async def ask(port, line):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{line} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    head, _, body = (await asyncio.wait_for(reader.read(), 5)).partition(b"\r\n\r\n")
    writer.close()
    return int(head.split()[1]), json.loads(body) if body else None


@pytest.mark.parametrize("path", ["/healthz/live", "/healthz/ready"])
async def test_a_well_service_says_so(path):
    async with answering_health("127.0.0.1", 0, {"log": says("")}) as port:
        assert await ask(port, f"GET {path}") == (200, {"status": "OK", "wrong": {}})


async def test_a_service_that_cannot_work_lives_but_is_not_ready():
    async with answering_health("127.0.0.1", 0, {"log": says("away"), "x": says("")}) as port:
        assert await ask(port, "GET /healthz/live") == (200, {"status": "OK", "wrong": {}})
        assert await ask(port, "GET /healthz/ready") == (
            503,
            {"status": "Service Unavailable", "wrong": {"log": "away"}},
        )


async def test_a_check_without_an_answer_is_what_is_wrong(monkeypatch):
    monkeypatch.setattr(health, "CHECKED_WITHIN", 0.01)
    async with answering_health("127.0.0.1", 0, {"log": asyncio.Event().wait}) as port:
        _, told = await ask(port, "GET /healthz/ready")
    assert told["wrong"] == {"log": "does not answer"}


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("GET /", 404),
        ("GET /healthz", 404),
        ("GET /healthz/live/x", 404),
        ("POST /healthz/live", 405),
        ("nonsense", 404),
        ("", 404),
    ],
)
async def test_other_questions_are_refused(line, status):
    async with answering_health("127.0.0.1", 0, {}) as port:
        assert (await ask(port, line))[0] == status


async def test_a_head_request_has_no_body():
    async with answering_health("127.0.0.1", 0, {}) as port:
        assert await ask(port, "HEAD /healthz/live") == (200, None)


async def test_an_endless_question_is_cut_short():
    async with answering_health("127.0.0.1", 0, {}) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"x" * 100_000)
        answers = await asyncio.gather(reader.read(), return_exceptions=True)
        writer.close()
    assert answers[0] == b"" or isinstance(answers[0], ConnectionError)


async def test_a_taken_port_is_told_with_the_setting():
    async with answering_health("127.0.0.1", 0, {}) as port:
        with pytest.raises(CannotTell, match=rf"127.0.0.1:{port} is in use .*server\.healthPort"):
            await answering_health("127.0.0.1", port, {}).__aenter__()
