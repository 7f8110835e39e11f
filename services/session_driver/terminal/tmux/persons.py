"""A person's own tmux servers: which panes can be adopted, and how one is."""

import os
import secrets
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import psutil

from services.session_driver.terminal.directory import directory_of
from services.session_driver.terminal.host import NoSuchPane, Pane
from services.session_driver.terminal.processes import program_of
from services.session_driver.terminal.tmux.folder import Folder, Seat
from services.session_driver.terminal.tmux.launch import spooling
from services.session_driver.terminal.tmux.line import foreground_of
from services.session_driver.terminal.tmux.once import Once
from services.session_driver.terminal.tmux.picture import piped
from services.session_driver.terminal.tmux.server import TmuxPlace
from services.session_driver.terminal.tmux.words import TmuxGone, TmuxRefused

FIELDS: Final = (
    *("#{pane_id}", "#{pid}", "#{pane_pid}", "#{pane_tty}", "#{pane_width}", "#{pane_height}"),
    "dead=#{pane_dead},piped=#{pane_pipe},together=#{pane_synchronized}",
)
FREE: Final = "dead=0,piped=0,together=0"
"""What can be adopted: one that types into others too would be more than a person agreed to."""
FIRST: Final = 1
"""The spooler's first segment: the one before holds the screen as it was."""
OURS: Final = ("eim", "services.cli")


class Found(NamedTuple):
    """A pane, with the socket of its server."""

    seat: Seat
    size: tuple[int, int]
    title: str

    @property
    def target(self) -> str:
        """How it is named: panes of the usual server by their number alone."""
        name = Path(self.seat.socket).name
        return self.seat.pane if name == "default" else f"{name}:{self.seat.pane}"


def usual_socket(env: Mapping[str, str]) -> str:
    """Return where tmux puts the socket of a user who says nothing about it."""
    return f"{env.get('TMUX_TMPDIR') or '/tmp'}/tmux-{os.getuid()}/default"  # noqa: S108 - tmux's


class Persons:
    """The servers of the person who uses this machine."""

    def __init__(self, place: TmuxPlace) -> None:
        self._place = place

    def server(self, socket: str) -> Once:
        """Return a server. Raises TmuxUnavailable."""
        return Once(self._place.program(), socket, self._place.client_env)

    async def found(self) -> AsyncIterator[Found]:
        """Yield what can be adopted now. Raises TmuxUnavailable."""
        for socket in self._place.sockets:
            for each in await self._panes(socket):
                if not _is_ours(each.seat.pid, str(self._place.socket)):
                    yield each

    async def _panes(self, socket: str) -> list[Found]:
        """Return the panes of a server that are free; a server that is gone has none."""
        try:
            lines = await self.server(socket).ask(
                *("list-panes", "-a", "-F", " ".join(FIELDS), ";"),
                *("list-panes", "-a", "-F", "#{pane_title}"),
            )
        except (TmuxGone, TmuxRefused):
            return []
        half = len(lines) // 2
        rows = dict(zip(lines[:half], lines[half:], strict=True))  # a pane may be linked twice
        return [_found(socket, row, title) for row, title in rows.items() if row.endswith(FREE)]

    async def adopt(self, target: str, root: Path, note: bytes) -> Folder:
        """Have a pane's output kept from now on. Raises NoSuchPane, TmuxUnavailable."""
        seats = [each.seat async for each in self.found() if each.target == target]
        if not seats:
            raise NoSuchPane(f"there is no pane {target} that can be adopted")
        folder = Folder.made(root / f"adopted-{secrets.token_hex(8)}", note)
        try:
            await self._keep(seats[0], folder)
        except (TmuxGone, TmuxRefused) as error:
            folder.remove()
            raise NoSuchPane(f"{target}: {error}") from error
        folder.seat = seats[0]
        return folder

    async def _keep(self, seat: Seat, folder: Folder) -> None:
        """Begin with the screen as it is."""
        command = spooling(folder.path, number=FIRST)
        folder.first_segment(await piped(self.server(seat.socket), seat.pane, command))


def pane_of(found: Found) -> Pane:
    """Describe a pane; its contents are nobody's business before a person agreed."""
    pid, (cols, rows) = found.seat.pid, found.size
    return Pane(
        target=found.target,
        title=found.title,
        program=_in_front(pid),
        cwd=directory_of(pid),
        cols=cols,
        rows=rows,
        pid=pid,
        shell=program_of(pid),
    )


def _found(socket: str, row: str, title: str) -> Found:
    pane, server, pid, tty, cols, rows, _ = row.split(" ")
    seat = Seat(socket, int(server), pane, int(pid), tty, adopted=True)
    return Found(seat, (int(cols), int(rows)), title)


def _in_front(pid: int) -> str:
    try:
        return program_of(foreground_of(pid))
    except OSError:
        return ""


def _is_ours(pid: int, socket: str) -> bool:
    """Whether this system runs in a pane, or shows a session there: it would type to itself."""
    try:
        leader = psutil.Process(pid)
        commands = [leader.cmdline(), *map(_command, leader.children(recursive=True))]
    except psutil.Error:
        return True  # what cannot be looked at is not adopted
    return any(_is_our_program(command, socket) for command in commands)


def _command(child: psutil.Process) -> list[str]:
    try:
        return child.cmdline()
    except psutil.NoSuchProcess:
        return []  # it has ended: shells start programs all the time


def _is_our_program(command: list[str], socket: str) -> bool:
    names = {Path(word).name for word in command[:3]}
    return socket in command or not names.isdisjoint(OURS)
