"""Starts, ends and restarts the sessions of the application."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field

from tests.iterm2_server.app import App
from tests.iterm2_server.jobs import look
from tests.iterm2_server.profiles import Profiles
from tests.iterm2_server.session import Session
from tests.iterm2_server.shell import Person
from tests.iterm2_server.tree import SMALLEST
from tests.iterm2_server.values import Json
from tests.iterm2_server.window import Window

POLL_SECONDS = 0.5
RESTART = 2  # of "Close Sessions On End"


@dataclass
class Desk:
    """Everything that takes time: programs, undo, what is polled."""

    app: App
    person: Person
    profiles: Profiles
    tasks: asyncio.TaskGroup
    thawed: asyncio.Event = field(default_factory=asyncio.Event)
    undo_seconds: float | None = None  # instead of what the profiles say
    _running: dict[Session, asyncio.Task[None]] = field(
        default_factory=dict[Session, asyncio.Task[None]]
    )
    _leaving: set[Session] = field(default_factory=set[Session])
    _tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    def _spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = self.tasks.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def start(self, session: Session) -> None:
        """Run what the profile of a session says."""
        self._running[session] = self._spawn(self._run(session))

    async def _run(self, session: Session) -> None:
        place = self.app.place(session)
        termid = f"w{place[0].number}t{place[0].tabs.index(place[1])}p0" if place else "w0t0p0"
        session.variables["termid"] = f"{termid}.{session.id}"
        await session.run(self.person.starts(session.profile, session.id, termid))
        await self.thawed.wait()
        if session in self._leaving:
            return
        what = session.profile["Close Sessions On End"]
        if what == RESTART and what is not True:
            self._spawn(self._again(session))
        elif what:
            self.app.remove(session)
            self.app.notices.terminated(session.id)
            self._forget(session)
        else:
            self.app.notices.layout_changed()
            self.app.notices.terminated(session.id)

    async def _again(self, session: Session) -> None:
        self._running.pop(session)
        self.start(session)

    async def restart(self, session: Session) -> None:
        """Run the profile's program anew in the same session."""
        self._leaving.add(session)
        await self._stop(session)
        self._leaving.discard(session)
        self.start(session)

    def close(self, session: Session) -> None:
        """Close a session; it ends when that can no longer be undone."""
        self._leaving.add(session)
        self.app.remove(session)
        undo = session.profile["Session Close Undo Timeout"]
        delay = self.undo_seconds if self.undo_seconds is not None else float(str(undo))
        self._spawn(self._end(session, delay))

    async def _end(self, session: Session, delay: float) -> None:
        await asyncio.sleep(delay)
        await self.thawed.wait()
        self.app.notices.terminated(session.id)
        await self._stop(session)
        self._leaving.discard(session)
        self._forget(session)

    async def _stop(self, session: Session) -> None:
        running = self._running.pop(session, None)
        if running is not None:
            running.cancel()
            await asyncio.wait([running])

    def _forget(self, session: Session) -> None:
        self._running.pop(session, None)
        session.close()

    def open_window(self, profile: dict[str, Json]) -> Session:
        size = (int(str(profile["Columns"])), int(str(profile["Rows"])))
        return self.open_tab(self.app.add_window(size), profile, select=True)

    def open_tab(
        self,
        window: Window,
        profile: dict[str, Json],
        *,
        index: int | None = None,
        select: bool = True,
    ) -> Session:
        session = self.app.create(profile, window.size)
        tab = self.app.add_tab(window, session, index)
        self.start(session)
        self.app.notices.new_session(session.id)
        if select or window.selected is None:
            self.app.focus(window)
            self.app.select(window, tab)
        return session

    def split(
        self, session: Session, profile: dict[str, Json], *, vertical: bool, before: bool
    ) -> Session | None:
        """Open a pane beside or below another; None where there is no space."""
        place = self.app.place(session)
        side = 0 if vertical else 1
        if place is None or (session.size[side] - 1) // 2 < SMALLEST[side]:
            return None
        window, tab = place
        new = self.app.create(profile, session.size)
        tab.root.insert(session, new, vertical=vertical, before=before)
        tab.resize(window.size)
        self.start(new)
        self.app.notices.new_session(new.id)
        self.app.notices.layout_changed()
        self.app.activate(tab, new)
        return new

    async def stop(self) -> None:
        """Quit: every program ends."""
        tasks = list(self._tasks)
        for task in tasks:
            if not task.cancelling():  # else it is closing its terminal already
                task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def watch(self) -> None:
        self._spawn(self._poll())

    async def _poll(self) -> None:
        """Look every now and then what runs in each session."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            await self.thawed.wait()
            for session in list(self.app.everything()):
                look(session)
