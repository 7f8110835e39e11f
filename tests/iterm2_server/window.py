"""Windows and their tabs."""

from collections.abc import Iterator
from uuid import uuid4

from iterm2 import api_pb2 as api

from tests.iterm2_server.notices import Notices
from tests.iterm2_server.session import Session
from tests.iterm2_server.tree import Split, arrange, describe, frame
from tests.iterm2_server.variables import Variables


class Tab:
    """A tab: a tree of panes, one of them active."""

    def __init__(self, number: int, session: Session, notices: Notices) -> None:
        self.id = str(number)
        self.number = number
        self.active = session
        self.root = Split()
        self.root.add(session)
        self.variables = Variables(
            "tab",
            lambda name, value: notices.variable_changed(api.TAB, self.id, name, value),
            id=number,
            title=session.title,
        )

    def sessions(self) -> list[Session]:
        return list(self.root.sessions())

    def remove(self, session: Session) -> None:
        self.root.remove(session)
        if self.active is session and self.sessions():
            self.active = self.sessions()[0]

    def resize(self, size: tuple[int, int]) -> None:
        for session, _, inner in arrange(self.root, size):
            session.resize(inner)

    def describe(self, size: tuple[int, int]) -> api.ListSessionsResponse.Tab:
        places = {session.id: at for session, at, _ in arrange(self.root, size)}
        return api.ListSessionsResponse.Tab(
            tab_id=self.id, root=describe(self.root, places), tmux_window_id="-1"
        )


class Window:
    """A window; all its tabs have the same size in cells."""

    def __init__(self, number: int, size: tuple[int, int], notices: Notices) -> None:
        self.id = f"pty-{str(uuid4()).upper()}"
        self.number = number
        self.size = size
        self.origin = (10 + 3 * number, 5 + 2 * number)
        self.tabs: list[Tab] = []
        self.selected: Tab | None = None
        self.fullscreen = False
        self.variables = Variables(
            "window",
            lambda name, value: notices.variable_changed(api.WINDOW, self.id, name, value),
            id=self.id,
            number=number,
        )

    def sessions(self) -> Iterator[Session]:
        for tab in self.tabs:
            yield from tab.sessions()

    def remove(self, tab: Tab) -> None:
        at = self.tabs.index(tab)
        self.tabs.remove(tab)
        if self.selected is tab:
            self.selected = self.tabs[min(at, len(self.tabs) - 1)] if self.tabs else None

    def resize(self, size: tuple[int, int]) -> None:
        self.size = size
        for tab in self.tabs:
            tab.resize(size)

    def describe(self) -> api.ListSessionsResponse.Window:
        return api.ListSessionsResponse.Window(
            window_id=self.id,
            frame=frame(self.origin, self.size),
            number=self.number,
            tabs=[tab.describe(self.size) for tab in self.tabs],
        )
