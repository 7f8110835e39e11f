"""Commands to a tmux server over one connection in control mode, in the order they are given."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from services.runtime.background import Background
from services.session_driver.terminal.tmux.words import TmuxGone, TmuxRefused, line_of

ANSWER_WITHIN: Final = 10.0
LONGEST_LINE: Final = 16 * 1024 * 1024
OURS: Final = b"1"
"""The flag of an answer to a command of this connection."""

NEWS: Final = (b"%window-renamed", b"%client-detached", b"%client-session-changed")
"""What is told when a client presses a key that we have to hear of, goes, or comes."""


class Start(NamedTuple):
    """The client to start, with its complete environment."""

    argv: tuple[str, ...]
    env: Mapping[str, str]


class _Question:
    """A line of commands; tmux answers each of them on its own."""

    def __init__(self, commands: int) -> None:
        self.left = commands
        self.lines: list[str] = []
        self.answer: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()


class Control:
    """One connection; `lost` is called when it ends, unless we leave."""

    def __init__(self, process: asyncio.subprocess.Process, lost: Callable[[], None]) -> None:
        self._process = process
        self._lost = lost
        self._waiting: deque[_Question] = deque()
        self.told: Callable[[], None] = _nothing
        self.gone = False

    @classmethod
    async def attached(cls, start: Start, tasks: Background, lost: Callable[[], None]) -> "Control":
        """Start a client in control mode. Raises TmuxGone where there is nothing to attach to."""
        process = await asyncio.create_subprocess_exec(
            *start.argv,
            env=start.env,
            cwd="/",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=LONGEST_LINE,
        )
        control = cls(process, lost)
        tasks.start(control.read())
        await control.ask("display-message", "-p", "ready")
        return control

    async def ask(self, *words: str) -> list[str]:
        """Have commands carried out and return the lines that they print.

        Raises TmuxRefused, TmuxGone.
        """
        question = self._send(words)
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await question.answer
        except TimeoutError as error:
            raise TmuxGone(f"tmux does not answer: {words[0]}") from error

    def close(self) -> None:
        """Leave; the server goes on."""
        self.gone = True
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _send(self, words: tuple[str, ...]) -> _Question:
        if self.gone or self._process.stdin is None:
            raise TmuxGone("the connection to tmux is closed")
        question = _Question(1 + words.count(";"))
        self._waiting.append(question)
        self._process.stdin.write(line_of(words).encode(errors="surrogateescape") + b"\n")
        return question

    async def read(self) -> None:
        """Read what tmux tells, to its end."""
        output = self._process.stdout
        while output is not None and (line := await output.readline()):
            kind, _, rest = line.rstrip(b"\n").partition(b" ")
            if kind == b"%begin" and rest.rpartition(b" ")[2] == OURS:
                await self._read_answer(output, rest)
            elif kind in NEWS:
                self.told()
        self._end()

    async def _read_answer(self, output: asyncio.StreamReader, stamp: bytes) -> None:
        """Read up to the end that has the stamp of the beginning."""
        lines: list[str] = []
        while said := await output.readline():
            line = said.removesuffix(b"\n")
            if line in (b"%end " + stamp, b"%error " + stamp):
                self._answered(lines, refused=line.startswith(b"%error"))
                return
            lines.append(line.decode(errors="surrogateescape"))

    def _answered(self, lines: list[str], *, refused: bool) -> None:
        question = self._waiting[0]
        question.lines += lines
        question.left -= 1
        if not refused and question.left:
            return
        self._waiting.popleft()
        if question.answer.done():  # nobody waits for it any more
            return
        if refused:
            question.answer.set_exception(TmuxRefused(" ".join(lines)))
        else:
            question.answer.set_result(question.lines)

    def _end(self) -> None:
        left, self.gone = self.gone, True
        for question in self._waiting:
            if not question.answer.done():
                question.answer.set_exception(TmuxGone("the tmux server ended"))
        self._waiting.clear()
        if not left:
            self._lost()


def _nothing() -> None:
    """Hear of nothing."""
