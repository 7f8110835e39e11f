"""Terminals on the tmux server of this node, which nobody but tmux has to keep alive."""

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from services.runtime.background import Background
from services.runtime.tmux import TmuxUnavailable
from services.session_driver.terminal.host import Asked, OnOutput, Pane
from services.session_driver.terminal.host_start import HostUnavailable
from services.session_driver.terminal.tmux.attendance import Attendance
from services.session_driver.terminal.tmux.folder import Folder
from services.session_driver.terminal.tmux.launch import check, launch, session_name
from services.session_driver.terminal.tmux.pane import TmuxPane
from services.session_driver.terminal.tmux.persons import Persons, pane_of
from services.session_driver.terminal.tmux.server import OwnServer, TmuxPlace
from services.session_driver.terminal.tmux.watch import Watch
from services.session_driver.terminal.tmux.words import Server, TmuxGone, TmuxRefused

logger = logging.getLogger(__name__)


class TmuxBackend:
    """The `tmux` backend; its work ends with `tasks`."""

    def __init__(self, place: TmuxPlace, tasks: Background) -> None:
        self._place = place
        self._tasks = tasks
        self._watch = Watch()
        self._panes: list[TmuxPane] = []
        self._server = OwnServer(place, tasks, self._lost)
        self._persons = Persons(place)
        self._attendance = Attendance(self._server, self._panes, tasks)
        self._server.told = self._attendance.look
        tasks.start(self._watch.run())
        tasks.start(self._attendance.run())

    async def found(self) -> Sequence[TmuxPane]:
        """Return the panes of an earlier driver; starts no server where there is none."""
        there = await self._panes_there()
        for folder in self._folders():
            seat = folder.seat
            if seat.adopted:
                self._opened(self._persons.server(seat.socket), folder)
            elif folder.status is not None or (seat.pane, seat.pid) in there:
                self._opened(self._server, folder)
            else:
                logger.warning("the pane of %s is gone", folder.path.name)
                folder.remove()
        return [*self._panes]

    async def spawn(self, asked: Asked, on_output: OnOutput) -> TmuxPane:
        """Start a program in a new pane. Raises OSError, HostUnavailable, PathTooLong."""
        check(asked.spawn)
        folder = Folder.made(self._place.panes / session_name(asked), asked.note)
        try:
            await launch(await self._server.started(), folder, asked)
        except (TmuxUnavailable, TmuxRefused, TmuxGone) as error:
            folder.remove()
            raise HostUnavailable(str(error)) from error
        except BaseException:
            folder.remove()
            raise
        pane = self._opened(self._server, folder)
        pane.deliver(on_output)
        return pane

    async def panes(self) -> Sequence[Pane]:
        """Return the panes of a person that could be adopted."""
        try:
            return [pane_of(each) async for each in self._persons.found()]
        except TmuxUnavailable:
            return []

    async def adopt(self, target: str, note: bytes, on_output: OnOutput) -> TmuxPane:
        """Take a pane of a person. Raises NoSuchPane, TmuxUnavailable."""
        folder = await self._persons.adopt(target, self._place.panes, note)
        pane = self._opened(self._persons.server(folder.seat.socket), folder)
        pane.deliver(on_output)
        return pane

    def close(self) -> None:
        """Leave; the panes go on, for the next driver."""
        for pane in self._panes:
            pane.leave()
        self._server.close()

    async def stop(self) -> None:
        """End our server with all its panes; a person's own go on."""
        await self._server.stop()

    def _opened(self, server: Server, folder: Folder) -> TmuxPane:
        pane = TmuxPane(server, folder, self._watch, self._tasks)
        self._panes.append(pane)
        if not pane.borrowed:
            pane.guests.greeted = self._attendance.look
        pane.exited.add_done_callback(lambda _: self._panes.remove(pane))
        return pane

    async def _panes_there(self) -> set[tuple[str, int]]:
        """Return pane and process of all that our server has, if it runs."""
        try:
            lines = await self._server.ask("list-panes", "-a", "-F", "#{pane_id} #{pane_pid}")
        except (TmuxGone, TmuxUnavailable):
            return set()
        pairs = [line.split(" ") for line in lines]
        return {(pane, int(pid)) for pane, pid in pairs}

    def _folders(self) -> Iterator[Folder]:
        """Yield what is known of panes; what was never finished is removed."""
        root = self._place.panes
        for path in sorted(root.iterdir()) if root.exists() else ():
            if folder := _folder(path):
                yield folder

    def _lost(self) -> None:
        for pane in self._panes:
            if not pane.borrowed:
                pane.end()


def _folder(path: Path) -> Folder | None:
    folder = Folder(path)
    try:
        folder = Folder.found(path)
        _ = folder.seat
    except (OSError, msgspec.DecodeError) as error:
        logger.warning("a pane that is not known is forgotten: %s", error)
        folder.remove()
        return None
    return folder
