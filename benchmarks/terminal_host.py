"""python -m benchmarks.terminal_host: a terminal of the terminal-host beside one of our own."""

import asyncio
import gc
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import uvloop

from services.runtime.config import Home
from services.session_driver.terminal.host import Asked, Spawn
from services.session_driver.terminal.host_start import HostPlace
from services.session_driver.terminal.hosted import HostedPty
from services.session_driver.terminal.pty import Pty
from services.session_driver.terminal.terminal_host import TerminalHost
from tests.support.own_pty import spawn_pty

MB = 1_000_000
MANY = 100 * MB
ROUNDS = 40
PER_ROUND = 25
TAIL = 8
ENV = {"PATH": "/usr/bin:/bin", "PS1": "$ "}
SHELL = "stty -echo; while read line; do eval $line; done"


class Terminal:
    """Counts what is printed, and tells when it ends with a text."""

    def __init__(self) -> None:
        self.count = 0
        self._tail = b""  # a terminal may hand a line out in two pieces
        self.pty: Pty | None = None
        self._seen = asyncio.Event()
        self._wanted = b"up\r\n"

    def take(self, data: bytes) -> None:
        self.count += len(data)
        if isinstance(self.pty, HostedPty):
            self.pty.ack(self.pty.offset)
        self._tail = (self._tail + data[-TAIL:])[-TAIL:]
        if self._tail.endswith(self._wanted):
            self._seen.set()

    async def type(self, line: bytes, wanted: bytes) -> float:
        """Type a line and return the milliseconds until the text is printed."""
        assert self.pty is not None
        self._wanted = wanted
        self._tail = b""
        self._seen.clear()
        began = time.perf_counter()
        await self.pty.write(line)
        await self._seen.wait()
        return (time.perf_counter() - began) * 1000

    async def started(self, start: Callable[["Terminal"], Awaitable[Pty]]) -> "Terminal":
        self.pty = await start(self)
        await self.type(b"echo u''p\n", b"up\r\n")  # not the echo of the line itself
        return self


def spawn() -> Asked:
    return Asked(Spawn(("sh", "-c", SHELL), ENV, "/"), (80, 24))


def report(name: str, times: list[float]) -> None:
    ordered = sorted(times)
    p95 = ordered[len(ordered) * 95 // 100]
    print(f"echo hi       {name:6} median {statistics.median(times):.3f} ms  p95 {p95:.3f} ms")


async def throughput(name: str, terminal: Terminal) -> None:
    before = terminal.count
    began = time.perf_counter()
    await terminal.type(b"head -c %d /dev/zero | tr '\\0' x; echo end\n" % MANY, b"end\r\n")
    took = time.perf_counter() - began
    assert terminal.count - before == MANY + 5
    print(f"100 MB        {name:6} {MANY / MB / took:.0f} MB/s")


def memory(pid: int) -> str:
    rss = psutil.Process(pid).memory_info().rss
    return f"{rss / 1024 / 1024:.1f} MiB"


async def main() -> None:
    """Take the two in turns, so that the machine's moods meet both."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="eim-") as folder:
        host = await TerminalHost.connect(HostPlace(Home(Path(folder)).create(), "bench"), print)
        print(f"host alone    RSS {memory(host.pid)}")
        ours = await Terminal().started(lambda t: spawn_pty(spawn().spawn, spawn().size, t.take))
        hosted = await Terminal().started(lambda t: host.spawn(spawn(), t.take))
        times: dict[str, list[float]] = {"pty": [], "hosted": []}
        gc.collect()
        for _ in range(ROUNDS):
            for name, terminal in (("pty", ours), ("hosted", hosted)):
                times[name] += [
                    await terminal.type(b"echo hi\n", b"hi\r\n") for _ in range(PER_ROUND)
                ]
        for name, each in times.items():
            report(name, each)
        for _ in range(3):
            await throughput("pty", ours)
            await throughput("hosted", hosted)
        print(f"after 300 MB  RSS {memory(host.pid)}")
        others = [
            await Terminal().started(lambda t: host.spawn(spawn(), t.take)) for _ in range(49)
        ]
        print(f"{len(others) + 1} terminals  RSS {memory(host.pid)}")
        process = psutil.Process(host.pid)
        before, began = process.cpu_times(), process.num_ctx_switches()
        await asyncio.sleep(10)
        after, ended = process.cpu_times(), process.num_ctx_switches()
        used = sum(after[:2]) - sum(before[:2])
        woken = sum(ended) - sum(began)
        print(f"50 idle, 10 s CPU {used:.2f} s, {woken} switches")
        assert ours.pty is not None
        await ours.pty.close()
        await host.stop()


if __name__ == "__main__":
    uvloop.run(main())
