"""The `iterm2` backend: sessions of a person's iTerm2 that may be adopted."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from services.runtime.background import Background
from services.session_driver.terminal.directory import directory_of
from services.session_driver.terminal.host import Asked, Host, NoSuchPane, OnOutput, Pane
from services.session_driver.terminal.iterm2.adopted import AdoptedSession
from services.session_driver.terminal.iterm2.api_session import ApiSession, layout, sizes_in
from services.session_driver.terminal.iterm2.front import foreground_of, shell_of
from services.session_driver.terminal.iterm2.link import Link
from services.session_driver.terminal.iterm2.notes import Kept, Notes
from services.session_driver.terminal.iterm2.place import Place
from services.session_driver.terminal.iterm2.rendering import Position
from services.session_driver.terminal.iterm2.trouble import ITerm2Trouble
from services.session_driver.terminal.iterm2.view import VIEW, View
from services.session_driver.terminal.pty import program_of

logger = logging.getLogger(__name__)


class ITerm2:
    """Finds, lists and adopts; iTerm2 itself opens sessions for people only."""

    def __init__(self, place: Place, folder: Path, tasks: Background) -> None:
        self.link = Link(place, tasks)
        self._notes = Notes(folder)
        self._tasks = tasks
        self._adopted: dict[str, AdoptedSession] = {}
        self.view: View | None = None

    async def found(self) -> Sequence[Host]:
        """Return the sessions that an earlier driver had adopted and that are still there."""
        kept = list(self._notes.all())
        if not kept:
            return []
        try:
            return [host for each in kept if (host := await self._found(each))]
        except ITerm2Trouble as trouble:
            logger.warning("adopted sessions are not found again: %s", trouble)
            return []

    async def _found(self, kept: Kept) -> Host | None:
        try:
            return await self._host(kept)
        except NoSuchPane:
            self._notes.forget(kept.target)
            return None

    async def panes(self) -> Sequence[Pane]:
        """Return the sessions that could be adopted; none where iTerm2 cannot be asked."""
        try:
            return await self._panes()
        except ITerm2Trouble as trouble:
            logger.warning("sessions of iTerm2 are not listed: %s", trouble)
            return []

    async def _panes(self) -> Sequence[Pane]:
        there = sizes_in(await layout(self.link))
        free = [target for target in there if not self._has(target)]
        panes = await asyncio.gather(*(self._pane(target, there[target]) for target in free))
        return [pane for pane in panes if pane is not None]

    async def _pane(self, target: str, size: tuple[int, int]) -> Pane | None:
        names = ("name", "path", "effective_root_pid", "pid", "tty", VIEW)
        try:
            title, cwd, root, pid, tty, view = await ApiSession(self.link, target).variables(*names)
        except NoSuchPane:
            return None
        if view:
            return None
        shell = shell_of(_number(root) or _number(pid))
        in_front = program_of(foreground_of(shell, tty).pgid)
        cwd = directory_of(shell) or cwd
        return Pane(target, title, in_front, cwd, *size, pid=shell, shell=program_of(shell))

    async def adopt(self, target: str, note: bytes, on_output: OnOutput) -> Host:
        """Adopt a session; its screen comes first. Raises NoSuchPane, ITerm2Trouble."""
        if self._has(target) or target not in sizes_in(await layout(self.link)):
            raise NoSuchPane(target)
        api = ApiSession(self.link, target)
        counts, (columns,) = await api.counts(), await api.variables("columns")
        start = Position(line=counts.top, columns=int(columns))
        host = await self._host(Kept(target, note, "", positions=[(0, start)]))
        host.deliver(on_output)
        await api.listen()  # a person's keys take control from now on, not from the first look on
        await host.badge.put_on()
        return host

    async def _host(self, kept: Kept) -> AdoptedSession:
        api = ApiSession(self.link, kept.target)
        root, pid, tty = await api.variables("effective_root_pid", "pid", "tty")
        shell = shell_of(_number(root) or _number(pid))
        if shell <= 0 or not program_of(shell):
            raise ITerm2Trouble(
                "The session runs no program of this machine, or none that is ours to look at.",
                "Adopt a session with a shell of yours.",
            )
        kept = replace(kept, shell=program_of(shell))
        host = AdoptedSession(api, self._notes, kept, (shell, tty), self._tasks)
        self._adopted[kept.target] = host
        return host

    def _has(self, target: str) -> bool:
        host = self._adopted.get(target)
        return host is not None and not host.exited.done()

    async def spawn(self, asked: Asked, on_output: OnOutput) -> Host:
        """Raise ValueError: a session of ours lives elsewhere and is only shown in iTerm2."""
        raise ValueError(f"iTerm2 sessions are adopted, not opened: {asked.spawn.argv}")

    def close(self) -> None:
        """Leave; the sessions go on."""
        self.link.close()

    async def stop(self) -> None:
        """Let every session go: they are a person's."""
        for host in self._adopted.values():
            if not host.exited.done():
                await host.close()
        self.link.close()


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
