"""The person at the keyboard: what tests do in their stead."""

import asyncio

from iterm2 import api_pb2 as api

from tests.iterm2_server.app import App
from tests.iterm2_server.desk import Desk
from tests.iterm2_server.session import Session
from tests.iterm2_server.window import Tab, Window


class Human:
    """Types, closes, resizes and answers dialogs. `agrees` None leaves a dialog open."""

    def __init__(self, app: App, desk: Desk) -> None:
        self._app = app
        self._desk = desk
        self._answered = asyncio.Event()
        self._agrees: bool | None = False

    def answers(self, agrees: bool | None) -> None:
        """Answer all dialogs so from now on, the open one too."""
        self._agrees = agrees
        if agrees is None:
            self._answered.clear()
        else:
            self._answered.set()

    async def asked(self) -> bool:
        """Show a dialog and wait for its answer."""
        if self._agrees is None:
            await self._answered.wait()
        return bool(self._agrees)

    def press(self, session: Session, characters: str, *modifiers: int, code: int = 0) -> None:
        """Press and release one key."""
        for action in (api.KeystrokeNotification.KEY_DOWN, api.KeystrokeNotification.KEY_UP):
            stroke = api.KeystrokeNotification(
                characters=characters,
                charactersIgnoringModifiers=characters,
                keyCode=code,
                session=session.id,
                action=action,
            )
            stroke.modifiers.extend(modifiers)
            self._app.notices.keystroke(stroke)
        if not self._swallowed(session, characters):
            session.type(characters)

    def types(self, session: Session, text: str) -> None:
        for character in text:
            self.press(session, character)

    def _swallowed(self, session: Session, characters: str) -> bool:
        """Whether a client has asked that this key does nothing."""
        filters = self._app.notices.subscriptions.of(api.KEYSTROKE_FILTER, session.id)
        return any(
            characters in pattern.characters
            for each in filters
            for pattern in each.request.keystroke_filter_request.patterns_to_ignore
        )

    def closes(self, session: Session) -> None:
        self._desk.close(session)

    def resizes(self, window: Window, size: tuple[int, int]) -> None:
        window.resize(size)
        self._app.notices.layout_changed()

    def selects(self, window: Window, tab: Tab) -> None:
        self._app.focus(window)
        self._app.select(window, tab)

    def leaves(self) -> None:
        """Work in another application."""
        self._app.set_active(False)
