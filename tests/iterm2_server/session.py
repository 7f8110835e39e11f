"""A session: a shell, the cells that it has printed, its prompts and its variables."""

import asyncio
import base64
import binascii
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from iterm2 import api_pb2 as api

from services.session_driver.terminal.host import Spawn
from tests.iterm2_server.grid import Grid
from tests.iterm2_server.notices import Notices
from tests.iterm2_server.profiles import scrollback
from tests.iterm2_server.prompts import Prompts
from tests.iterm2_server.refresh import Refresh
from tests.iterm2_server.sequences import News, Sequences
from tests.iterm2_server.values import Json
from tests.iterm2_server.variables import Variables
from tests.support.own_pty import OwnPty, spawn_pty

WRITE_SECONDS = 3600.0  # iTerm2 keeps what is typed until the program reads it


@dataclass(frozen=True)
class Surroundings:
    """What a session needs of its application."""

    notices: Notices
    visible: Callable[[], bool]


class Session:
    """One pane; it stays the same when its shell is started anew."""

    def __init__(
        self, profile: dict[str, Json], size: tuple[int, int], around: Surroundings
    ) -> None:
        self.id = str(uuid4()).upper()
        self.profile = profile
        self.notices = around.notices
        self.pty: OwnPty | None = None
        self.exited = False
        self.grid = Grid(size, scrollback(profile), self._reply)
        self.prompts = Prompts(self.grid, self._prompted, self._ran)
        self.refresh = Refresh(around.visible, lambda: self.notices.screen_updated(self.id))
        self.variables = Variables("session", self._changed, id=self.id)
        self._sequences = Sequences()
        self._typed: asyncio.Queue[bytes] = asyncio.Queue()
        self._held: bytes | None = None
        self._describe()

    def _describe(self) -> None:
        name = self.profile["Name"]
        for variable in ("name", "autoName", "presentationName", "profileName"):
            self.variables[variable] = name
        self.variables["autoNameFormat"] = name
        self.variables["badge"] = self.profile["Badge Text"]
        self.variables["showingAlternateScreen"] = False
        self._measure()

    def _measure(self) -> None:
        self.variables["columns"], self.variables["rows"] = self.size

    @property
    def size(self) -> tuple[int, int]:
        return self.grid.size

    @property
    def title(self) -> str:
        return str(self.variables["name"])

    async def run(self, spawn: Spawn) -> None:
        """Run a program until it ends; what is typed meanwhile goes to it."""
        starting = asyncio.create_task(spawn_pty(spawn, self.size, self.print))
        try:
            await self._drive(await asyncio.shield(starting))
        finally:
            self.exited = True
            await _finish((await starting).close())

    async def _drive(self, pty: OwnPty) -> None:
        self.pty, self.exited = pty, False
        self.variables["tty"] = pty.tty
        self.variables["pid"] = self.variables["effective_root_pid"] = pty.pid
        typing = asyncio.create_task(self._type(pty))
        try:
            await pty.wait()
        finally:
            typing.cancel()
            await asyncio.wait([typing])
            self._typed = asyncio.Queue()

    async def _type(self, pty: OwnPty) -> None:
        with suppress(OSError):  # the program ended
            while True:
                await pty.write(await self._typed.get(), WRITE_SECONDS)

    def type(self, text: str) -> None:
        """Write to the terminal, byte for byte."""
        if text:
            self._typed.put_nowait(text.encode())

    def _reply(self, data: bytes) -> None:
        if not self.exited:
            self._typed.put_nowait(data)

    def print(self, data: bytes) -> None:
        """Take what a program printed."""
        if self._held is not None:
            self._held += data
            return
        for piece in self._sequences.feed(data):
            if isinstance(piece, News):
                self._news(piece)
            else:
                self.grid.feed(piece.data)
        self.variables["showingAlternateScreen"] = self.grid.alternate
        self.refresh.touch(len(data))

    def inject(self, data: bytes) -> None:
        """Show bytes as if the program had printed them, also while everything is frozen."""
        held, self._held = self._held, None
        self.print(data)
        self._held = held

    def freeze(self) -> None:
        self._held = b""
        if self.pty is not None:
            self.pty.pause()

    def thaw(self) -> None:
        held, self._held = self._held, None
        if held:
            self.print(held)
        if self.pty is not None:
            self.pty.resume()

    def resize(self, size: tuple[int, int]) -> None:
        if size != self.size:
            self.prompts.resize(size)
            self._measure()
            if self.pty is not None and not self.exited:
                self.pty.resize(*size)
            self.refresh.touch(0)

    def close(self) -> None:
        self.refresh.stop()
        self.grid.close()

    def rename(self, name: str) -> None:
        for variable in ("name", "autoName", "presentationName"):
            self.variables[variable] = name

    def _news(self, news: News) -> None:
        if news.number == 133:
            self.prompts.news(news.body)
        elif news.number == 7:
            self._moved(unquote(urlsplit(news.body).path))
        elif news.number == 1337:
            self._extension(*news.body.partition("=")[::2])
        else:
            self._title(news)

    def _title(self, news: News) -> None:
        if news.number in (0, 2):
            self.variables["terminalWindowName"] = news.body
        if news.number in (0, 1):
            self.variables["terminalIconName"] = news.body
            self.rename(news.body)

    def _extension(self, key: str, value: str) -> None:
        if key == "Custom":
            identity, _, payload = value.removeprefix("id=").partition(":")
            self.notices.custom(self.id, identity, payload)
        elif key == "CurrentDir":
            self._moved(value)
        elif key == "RemoteHost":
            self.variables["username"], _, self.variables["hostname"] = value.partition("@")
        elif key == "SetUserVar":
            name, _, encoded = value.partition("=")
            self._user_variable(name, encoded)
        elif key == "ShellIntegrationVersion":
            self.variables["shell"] = value.partition("shell=")[2] or None

    def _user_variable(self, name: str, encoded: str) -> None:
        try:
            self.variables[f"user.{name}"] = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return  # iTerm2 shows nothing for what it cannot read

    def _moved(self, directory: str) -> None:
        self.prompts.directory = directory
        self.variables["path"] = directory

    def _prompted(self, event: api.PromptNotification) -> None:
        event.session = self.id
        self.notices.prompt(event)

    def _ran(self, command: str) -> None:
        self.variables["lastCommand"] = command

    def _changed(self, name: str, value: Json) -> None:
        self.notices.variable_changed(api.SESSION, self.id, name, value)


async def _finish(work: Coroutine[None, None, object]) -> None:
    """Do something to its end, also if this is cancelled meanwhile."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
