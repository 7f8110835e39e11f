"""One command that was typed at the prompt, from its keystrokes to its end."""

import asyncio
from dataclasses import dataclass, replace

from events.calls import Completion
from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.completion import Evidence, judge
from services.session_driver.terminal.echo import Echo
from services.session_driver.terminal.marks import Mark
from services.session_driver.terminal.prompt import PromptState


class Busy(Exception):
    """Another command of this session has not ended yet."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command ended. `ran` is false where the shell executed nothing at all."""

    completion: Completion
    exit_code: int | None
    ran: bool
    first_offset: int
    end_offset: int


class Run:
    """The command `n` of a session; registered before the first of its bytes is typed."""

    def __init__(self, capture: Capture, state: PromptState, evidence: Evidence) -> None:
        self.capture = capture
        self.n = state.n + 1
        self.first_offset = 0
        self.end_offset = 0
        self.incomplete = False  # the shell waits for the rest of the command
        self._prompt = state.prompt
        self._printing = state.markers or not evidence.integrated
        self._echo = Echo(b"")
        self._started = False
        self._evidence = evidence
        self._ended: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()

    @property
    def ending(self) -> Ending | None:
        return self._ended.result() if self._ended.done() else None

    async def wait(self, timeout: float | None = None) -> Ending | None:
        """Return the ending; None where the command still runs after that many seconds."""
        await asyncio.wait([self._ended], timeout=timeout)
        return self.ending

    def echoed(self, typed: bytes) -> None:
        """Expect the terminal to show these keys before anything that the command prints."""
        self._echo = Echo(typed)

    def printed(self, data: bytes, offset: int) -> None:
        """Take output that ends at `offset`."""
        if not self._printing or self._ended.done():
            return
        expected = not self._echo.over
        own = self._echo.feed(data)
        if expected and self._echo.over:
            self.first_offset = offset - len(own)
        self.capture.feed(own)
        self.end_offset = offset

    def missed(self, count: int, offset: int) -> None:
        """Count output up to `offset` that nobody has any more."""
        if self._printing and not self._ended.done():
            self.capture.miss(count)
            self.end_offset = offset

    def torn(self, offset: int) -> None:
        """Go on at an offset before which something may be missing, be it the command's or not."""
        if not self._ended.done():
            self.capture.miss(1)
            self.end_offset = offset if self._printing else self.end_offset

    def marked(self, mark: Mark, back: float | None = None) -> None:
        """Take a mark of our shell integration; with a marker, whether the shell is back."""
        if mark.kind == "command" and mark.n >= self.n:
            self._printing = self._started = True
            self.first_offset = self.first_offset or mark.end
            self.end_offset = mark.end
        elif mark.kind == "end" and mark.n >= self.n:
            self._printing = False
            self.end_offset = mark.start
            self.learn(ended=(mark.exit_code,))
        elif mark.kind == "prompt" and mark.prompt > self._prompt:
            self.end_offset = mark.start if self._printing else self.end_offset
            self._printing = False
            self.learn(prompted=(mark.exit_code,))
        elif mark.kind == "marker" and mark.prompt > self._prompt:
            self.end_offset = mark.start
            self.learn(marker=(mark.exit_code,), back=back)
        elif mark.kind == "continuation":
            self.incomplete = True

    def learn(self, **news: "tuple[int | None] | float | bool | None") -> None:
        """Add evidence and end the command as soon as it suffices."""
        self._evidence = replace(self._evidence, **news)  # pyright: ignore[reportArgumentType] # dataclass field names
        verdict = judge(self._evidence)
        if verdict is None or self._ended.done():
            return
        self.capture.feed(self._echo.rest())
        ran = self._started or not self._evidence.prompted
        ending = Ending(
            verdict.completion, verdict.exit_code, ran, self.first_offset, self.end_offset
        )
        self._ended.set_result(ending)
