"""Turns what iTerm2 tells of prompts into our marks, at their place in the stream."""

from collections import deque

from iterm2.api_pb2 import GetPromptResponse

from services.session_driver.terminal.iterm2.api_session import ApiSession
from services.session_driver.terminal.iterm2.happened import (
    Ended,
    Happened,
    Prompted,
    Started,
    exit_code,
    seen,
)
from services.session_driver.terminal.iterm2.rendering import Position
from services.session_driver.terminal.iterm2.speech import Speech
from services.session_driver.terminal.iterm2.writer import Writer

KNOWN = 64
"""Prompts that are remembered, since after a reconnection one may be told of twice."""
NAMELESS = "?"


class Prompting:
    """Knows the prompt and the command that runs.

    `doubted` says that something was told that was not to be believed: what iTerm2 knows of the
    running command's end, if it does not tell it anew, may then be false.
    """

    def __init__(self, api: ApiSession, writer: Writer, speech: Speech, shell: str) -> None:
        self._api = api
        self._writer = writer
        self._speech = speech
        self._shell = shell
        self.n = self.prompts = 0
        self.prompt = self.command = ""
        self.told = False
        self.code: int | None = None
        self.ended = self.doubted = False
        self.home: tuple[int, int] | None = None
        self.cwd = ""
        self._doubts: set[str] = set()
        self._known: deque[tuple[str, str]] = deque(maxlen=KNOWN)

    def resume(self, position: Position) -> None:
        """Go on where the stream ends."""
        self.n, self.prompts, self.told = position.n, position.prompts, position.told
        self.prompt, self.command = position.prompt, position.command
        self.code, self.cwd = position.code, position.cwd
        self._known.append(("prompt", position.prompt))
        if position.command:
            self._known.append(("start", position.command))

    async def take(self, happened: Happened) -> None:
        """Write one thing that happened into the stream."""
        match happened:
            case Prompted() if not self._knows("prompt", happened):
                await self._prompted(happened)
                self._known.append(("prompt", happened.prompt))
            case Started() if self._is_command(happened):
                await self._started(happened)
                self._known.append(("start", happened.prompt))
            case Ended() if self._is_ours(happened):
                self.code, self.ended = happened.code, True
            case _:
                pass

    def doubt(self, happened: Happened) -> None:
        """Take what was told while the shell did not have the keyboard."""
        self.doubted = True
        if isinstance(happened, Prompted):
            self._doubts.add(happened.prompt)

    def _is_command(self, started: Started) -> bool:
        known = self._knows("start", started)
        return bool(started.command) and not known and started.prompt not in self._doubts

    def _is_ours(self, ended: Ended) -> bool:
        """Whether this is the end of the command that runs; also told of a prompt it made up."""
        if not self.command:
            return False
        return self.command in (ended.prompt, NAMELESS) or ended.prompt in self._doubts

    def _knows(self, kind: str, happened: Happened) -> bool:
        return bool(happened.prompt) and (kind, happened.prompt) in self._known

    async def _prompted(self, shown: Prompted) -> None:
        self._ready()
        await self._writer.up_to(shown.top)
        if self.command:
            await self._conclude()
        self.prompts += 1
        self._writer.say(self._speech.prompt(self.n, self.prompts, self.code))
        if shown.cwd != self.cwd:
            self.cwd = shown.cwd
            self._writer.say(self._speech.cwd(shown.cwd))
        column, row = shown.line
        await self._writer.up_to(max(row, shown.top))
        await self._writer.begin_of(row, column)
        self.home, self.prompt, self.doubted = shown.line, shown.prompt, False
        self._doubts.clear()
        self._writer.say(self._speech.input(self.n, self.prompts))

    def _ready(self) -> None:
        if not self.told:
            self.told = True
            self._writer.say(self._speech.ready(self._shell))

    async def _started(self, started: Started) -> None:
        self._ready()
        if self.command:
            await self._conclude()
        prompt = await self._api.prompt(started.prompt) if started.prompt else None
        if prompt is not None:
            await self._writer.up_to(prompt.output_range.start.y)
        self.n += 1
        self.home, self.code, self.ended = None, None, False
        self.command = started.prompt or NAMELESS
        self._writer.say(self._speech.command(self.n))

    async def _conclude(self) -> None:
        """The command that ran is over; if nobody told how, iTerm2 may still know."""
        if not self.ended and not self.doubted and self.command != NAMELESS:
            self.code = exit_code(await self._api.prompt(self.command))
        self.command, self.ended, self.doubted = "", False, False
        self._writer.say(self._speech.end(self.n, self.code))

    async def conclude_without_prompt(self) -> None:
        """A command ended, and its prompt does not come."""
        if self.command and self.ended:
            await self._conclude()

    async def missed(self) -> list[Happened]:
        """Return what happened while nobody listened."""
        newest = await self._api.prompt()
        if newest is None:
            return []
        if not self.prompt:
            return _first(newest)
        happened = await self._at_the_last()
        for prompt_id in await self._api.prompts_after(self.prompt):
            if prompt := await self._api.prompt(prompt_id):
                happened.extend(seen(prompt))
        return happened

    async def _at_the_last(self) -> list[Happened]:
        """Return what happened since at the last prompt that is known."""
        known = self.command or self.prompt
        prompt = await self._api.prompt(known)
        happened = seen(prompt)[1:] if prompt is not None and not self.command else []
        code = exit_code(prompt)
        return happened if code is None else [*happened, Ended(known, code)]


def _first(newest: GetPromptResponse) -> list[Happened]:
    """Say what a session that is looked at for the first time is about."""
    if newest.prompt_state == GetPromptResponse.EDITING:
        return seen(newest)[:1]
    if newest.prompt_state == GetPromptResponse.RUNNING:
        return seen(newest)[1:]
    return []
