"""A driver is killed and another one goes on with the adopted session."""

import asyncio
from pathlib import Path

from services.session_driver.terminal.memory import encoded
from tests.support.adoption import driver, identity_for
from tests.support.iterm2 import ready, until


async def test_a_running_command_goes_on_and_its_end_is_the_true_one(server, tmp_path: Path):
    session, note = await ready(server), encoded(identity_for(nonce="n0nce"))
    stream = bytearray()
    async with driver(server, tmp_path) as (backend, _):
        host = await backend.adopt(session.id, note, stream.extend)
        await until(lambda: b"133;B" in stream)
        await host.write(b"echo early; sleep 1; echo late; (exit 9)\r")
        await until(lambda: b"early\r\n" in stream.partition(b"133;C")[2])
    recorded = len(stream)
    async with driver(server, tmp_path) as (backend, _):
        (host,) = await backend.found()
        host.deliver(stream.extend, recorded)
        await until(lambda: b"133;B" in stream[recorded:])
        ended = bytes(stream).partition(b"133;C;eim=n0nce;n=1\a")[2]
        assert ended.startswith(b"early\r\nlate\r\n\x1b]133;D;9;eim=n0nce;n=1\a\x1b]133;A")
        assert host.note == note


async def test_what_was_given_out_but_not_stored_is_given_again(server, tmp_path: Path):
    session = await ready(server)
    stream = bytearray()
    async with driver(server, tmp_path) as (backend, _):
        host = await backend.adopt(session.id, encoded(identity_for()), stream.extend)
        await until(lambda: b"133;B" in stream)
        host.ack(len(stream))
        stored = len(stream)
        await host.write(b"seq 1 100\r")
        await until(lambda: stream.count(b"133;B") == 2)
    again = bytearray()
    async with driver(server, tmp_path) as (backend, _):
        (host,) = await backend.found()
        host.deliver(again.extend, stored)
        await until(lambda: b"133;B" in again)
        assert again == stream[stored:]


async def test_a_session_that_was_closed_meanwhile_is_not_found(server, tmp_path: Path):
    session = await ready(server)
    async with driver(server, tmp_path) as (backend, _):
        await backend.adopt(session.id, encoded(identity_for()), lambda _: None)
        await until(lambda: any(tmp_path.iterdir()))
    server.human.closes(session)
    async with driver(server, tmp_path) as (backend, _):
        assert await backend.found() == []
        assert not await asyncio.to_thread(lambda: [*tmp_path.iterdir()])


async def test_the_note_is_for_its_owner_only_and_no_variable_of_the_session(server, tmp_path):
    session = await ready(server)
    async with driver(server, tmp_path) as (backend, _):
        await backend.adopt(session.id, encoded(identity_for(nonce="n0nce")), lambda _: None)
        await until(lambda: any(tmp_path.iterdir()))
        (file,) = tmp_path.iterdir()
        assert file.stat().st_mode & 0o777 == 0o600
        assert "n0nce" not in str(session.variables)


async def test_nothing_is_asked_where_nothing_was_adopted(server, tmp_path: Path):
    async with driver(server, tmp_path) as (backend, _):
        assert await backend.found() == []
    assert server.journal.entries == []
