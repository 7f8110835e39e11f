"""The application: its windows, what is buried, what is in front."""

from collections.abc import Iterator
from itertools import count
from typing import Literal

from iterm2 import api_pb2 as api

from tests.iterm2_server.notices import Notices
from tests.iterm2_server.session import Session, Surroundings
from tests.iterm2_server.values import Json
from tests.iterm2_server.variables import Variables
from tests.iterm2_server.window import Tab, Window

_Status = api.FocusChangedNotification.Window


class App:
    """What is open; every change is told at once."""

    def __init__(self) -> None:
        self.notices = Notices(self.layout)
        self.windows: list[Window] = []
        self.buried: list[Session] = []
        self.active = True
        self.key: Window | None = None
        self.broadcast: list[list[Session]] = []
        self.variables = Variables(
            "app",
            lambda name, value: self.notices.variable_changed(api.APP, "", name, value),
            effectiveTheme="dark",
            localhostName="localhost",
            pid=0,
        )
        self._numbers = count(1)
        self._window_numbers = count()

    def layout(self) -> api.ListSessionsResponse:
        return api.ListSessionsResponse(
            windows=[window.describe() for window in self.windows],
            buried_sessions=[
                api.SessionSummary(unique_identifier=session.id, title=session.title)
                for session in self.buried
            ],
        )

    def sessions(self) -> Iterator[Session]:
        """Return those that are in a window."""
        for window in self.windows:
            yield from window.sessions()

    def everything(self) -> Iterator[Session]:
        yield from self.sessions()
        yield from self.buried

    def session(self, name: str) -> Session | None:
        """Find a session by its id, or the one called "active"."""
        if name == "active":
            tab = self.key.selected if self.key else None
            return tab.active if tab else None
        return next((session for session in self.everything() if session.id == name), None)

    def named(self, name: str) -> list[Session]:
        """Return the sessions of a request that takes "all" too."""
        if name == "all":
            return list(self.sessions())
        session = self.session(name)
        return [session] if session else []

    def tab(self, tab_id: str) -> Tab | None:
        tabs = (tab for window in self.windows for tab in window.tabs)
        return next((tab for tab in tabs if tab.id == tab_id), None)

    def window(self, window_id: str) -> Window | None:
        return next((window for window in self.windows if window.id == window_id), None)

    def place(self, session: Session) -> tuple[Window, Tab] | None:
        """Say where a session is; nowhere while it is buried."""
        for window in self.windows:
            for tab in window.tabs:
                if session in tab.sessions():
                    return window, tab
        return None

    def visible(self, session: Session) -> bool:
        place = self.place(session)
        return place is not None and place[0].selected is place[1]

    def create(self, profile: dict[str, Json], size: tuple[int, int]) -> Session:
        """Make a session that is not yet in any window."""
        session: Session | None = None

        def visible() -> bool:
            return session is not None and self.visible(session)

        session = Session(profile, size, Surroundings(self.notices, visible))
        session.variables["profileName"] = profile["Name"]
        return session

    def add_window(self, size: tuple[int, int]) -> Window:
        window = Window(next(self._window_numbers), size, self.notices)
        self.windows.append(window)
        return window

    def add_tab(self, window: Window, session: Session, index: int | None = None) -> Tab:
        tab = Tab(next(self._numbers), session, self.notices)
        window.tabs.insert(len(window.tabs) if index is None else index, tab)
        tab.resize(window.size)
        self.notices.layout_changed()
        return tab

    def remove(self, session: Session) -> None:
        """Take a session out of the layout, with what is empty then."""
        if session in self.buried:
            self.buried.remove(session)
        place = self.place(session)
        if place is not None:
            window, tab = place
            tab.remove(session)
            if tab.sessions():
                tab.resize(window.size)
            else:
                window.remove(tab)
            if not window.tabs:
                self.windows.remove(window)
            self._after_removal(window, tab)
        self._forget_broadcast(session)
        self.notices.layout_changed()

    def _after_removal(self, window: Window, tab: Tab) -> None:
        if window not in self.windows:
            if self.key is window:
                self.focus(self.windows[-1] if self.windows else None)
        elif window.selected is not None and tab not in window.tabs:
            self.select(window, window.selected)
        elif tab in window.tabs:
            self.activate(tab, tab.active)

    def _forget_broadcast(self, session: Session) -> None:
        domains = [[one for one in domain if one is not session] for domain in self.broadcast]
        self.set_broadcast([domain for domain in domains if len(domain) > 1])

    def set_broadcast(self, domains: list[list[Session]]) -> None:
        if domains != self.broadcast:
            self.broadcast = domains
            self.notices.broadcast_changed(self.broadcast_domains())

    def broadcast_domains(self) -> list[api.BroadcastDomain]:
        return [api.BroadcastDomain(session_ids=[one.id for one in d]) for d in self.broadcast]

    def bury(self, session: Session) -> None:
        self.remove(session)
        self.buried.append(session)

    def disinter(self, session: Session) -> None:
        """Give a buried session a tab again."""
        if session in self.buried:
            self.buried.remove(session)
            window = self.key or self.add_window(session.size)
            self.select(window, self.add_tab(window, session))

    def focus(self, window: Window | None) -> None:
        """Bring a window to the front."""
        before, self.key = self.key, window
        if before is not None and before is not window:
            self._tell_window("TERMINAL_WINDOW_RESIGNED_KEY", before)
        if window is not None:
            self._tell_window("TERMINAL_WINDOW_BECAME_KEY", window)

    def _tell_window(
        self,
        status: Literal["TERMINAL_WINDOW_RESIGNED_KEY", "TERMINAL_WINDOW_BECAME_KEY"],
        window: Window,
    ) -> None:
        told = _Status(window_status=_Status.WindowStatus.Value(status), window_id=window.id)
        self.notices.focus_changed(api.FocusChangedNotification(window=told))

    def select(self, window: Window, tab: Tab) -> None:
        """Bring a tab to the front of its window."""
        window.selected = tab
        self.notices.focus_changed(api.FocusChangedNotification(selected_tab=tab.id))
        self.activate(tab, tab.active)
        for session in tab.sessions():
            session.refresh.hasten()

    def activate(self, tab: Tab, session: Session) -> None:
        tab.active = session
        self.notices.focus_changed(api.FocusChangedNotification(session=session.id))

    def set_active(self, active: bool) -> None:
        self.active = active
        self.notices.focus_changed(api.FocusChangedNotification(application_active=active))
