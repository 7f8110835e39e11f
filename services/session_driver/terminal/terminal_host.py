"""The driver's side of its terminal-host: who has the terminals, and what became of them.

    host = await TerminalHost.connect(HostPlace(home, node), lost)   # started if there is none
    for pty in host.terminals.values():           # those of an earlier driver
        pty.deliver(on_output, stored)
    pty = await host.spawn(Asked(spawn, size, note), on_output)      # raises OSError, ValueError
    host.close()                                  # leave; the terminals go on
    await host.stop()                             # end the host and all its terminals

Only one driver is connected: the newest.
"""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from socket import socket
from typing import Final

from services.contract.terminal_host import (
    VERSION,
    Exited,
    Forget,
    Frame,
    Hello,
    Listed,
    Noted,
    Output,
    Program,
    Ready,
    Refused,
    Request,
    Spawned,
    Stop,
    Welcome,
    spawn_frame,
)
from services.session_driver.terminal.host import Asked, OnOutput
from services.session_driver.terminal.host_link import ENDED, HostLink
from services.session_driver.terminal.host_start import HostPlace, HostUnavailable, reach
from services.session_driver.terminal.hosted import HostedPty

ANSWER_WITHIN: Final = 10.0
ATTEMPTS: Final = 3
"""A host that nobody needs may end just when it is found."""
LEFT: Final = "this driver left"

type Lost = Callable[[str], None]


class TerminalHost:
    """The connection to the terminal-host; `lost` is told why it ended, if that was not our wish.

    By then every terminal has ended as by a hang-up, and says that it is lost.
    """

    def __init__(self, place: HostPlace, lost: Lost) -> None:
        self.terminals: dict[int, HostedPty] = {}
        self.pid = 0
        self._place = place
        self._lost = lost
        self._link: HostLink | None = None
        self._requests: dict[int, asyncio.Future[HostedPty]] = {}
        self._last_request = 0
        self._listed: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._gone = asyncio.Event()

    @classmethod
    async def connect(cls, place: HostPlace, lost: Lost) -> "TerminalHost":
        """Take over the terminals of this node. Raises HostUnavailable, PathTooLong."""
        reason = ""
        for _ in range(ATTEMPTS):
            host = cls(place, lost)
            reason = await host._enter(await reach(place))
            if not reason:
                return host
            if reason != ENDED:
                break
        raise HostUnavailable(f"{reason}; see {place.log}, and end process {_holder(place)}")

    async def _enter(self, connection: socket) -> str:
        self._link = HostLink(connection, self._heard, self._closed)
        self._link.send(Hello(VERSION))
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await self._listed
        except TimeoutError:
            return "the terminal host does not answer"
        finally:
            if not self._listed.done() or self._listed.cancelled():
                self._link.close(LEFT)

    def send(self, request: Request) -> None:
        """Ask the host for something."""
        if isinstance(request, Forget):
            self.terminals.pop(request.terminal, None)
        if self._link is not None:
            self._link.send(request)

    async def spawn(self, asked: Asked, on_output: OnOutput) -> HostedPty:
        """Start a program on a new terminal. Raises OSError, ValueError, HostUnavailable."""
        if self._gone.is_set():
            raise HostUnavailable("the connection to the terminal host is closed")
        self._last_request += 1
        request = self._last_request
        frame = spawn_frame(request, asked.size, _program(asked))
        answer = self._requests[request] = asyncio.get_running_loop().create_future()
        try:
            self.send(frame)
            async with asyncio.timeout(ANSWER_WITHIN):
                pty = await answer
        except BaseException:
            answer.cancel()
            raise
        pty.note = asked.note
        pty.deliver(on_output)
        return pty

    def close(self) -> None:
        """Leave. The terminals go on, for the next driver."""
        if self._link is not None:
            self._link.close(LEFT)

    async def stop(self) -> None:
        """End the host; every terminal is hung up. Raises TimeoutError."""
        self._lost = str  # nobody is surprised
        self.send(Stop())
        async with asyncio.timeout(ANSWER_WITHIN):
            await self._gone.wait()

    def _heard(self, frame: Frame, master: int) -> None:
        match frame:
            case Output(terminal, _, data):
                self.terminals[terminal].printed(data)
            case Exited(terminal, status):
                self.terminals[terminal].ended(status)
            case Spawned() | Refused():
                self._answered(frame, master)
            case _:
                self._introduced(frame, master)

    def _introduced(self, frame: Frame, master: int) -> None:
        match frame:
            case Welcome(_, pid):
                self.pid = pid
            case Listed():
                self.terminals[frame.terminal] = HostedPty(self.send, frame, master)
            case Noted(terminal, offset, note):
                self.terminals[terminal].notes.append((offset, note))
            case Ready():
                self._listed.set_result("")
            case _:
                pass  # a farewell: the link tells it when it closes

    def _answered(self, frame: Spawned | Refused, master: int) -> None:
        answer = self._requests.pop(frame.request)
        if isinstance(frame, Refused):
            if not answer.done():
                answer.set_exception(_error_in(frame))
            return
        listed = Listed(frame.terminal, frame.pid, 0, ended=False, status=0, note=b"")
        pty = self.terminals[frame.terminal] = HostedPty(self.send, listed, master)
        if not answer.done():
            answer.set_result(pty)
        else:  # nobody waits for it any more
            pty.kill(signal.SIGKILL)
            pty.forget_at_end()

    def _closed(self, reason: str) -> None:
        self._gone.set()
        for answer in [each for each in self._requests.values() if not each.done()]:
            answer.set_exception(HostUnavailable(reason))
        for pty in list(self.terminals.values()):
            pty.part(lost=reason != LEFT)
        if not self._listed.done():
            self._listed.set_result(reason)
        elif reason != LEFT:
            self._lost(reason)


def _program(asked: Asked) -> Program:
    """Return what to start as the host is told."""
    env = {os.fsencode(name): os.fsencode(value) for name, value in asked.spawn.env.items()}
    argv = tuple(os.fsencode(word) for word in asked.spawn.argv)
    return Program(argv, env, os.fsencode(asked.spawn.cwd), asked.note)


def _error_in(frame: Refused) -> OSError:
    about = os.fsdecode(frame.about) or None
    return OSError(frame.errno, os.strerror(frame.errno), about)


def _holder(place: HostPlace) -> str:
    with suppress(OSError):
        return place.lock.read_text().strip()
    return "?"
