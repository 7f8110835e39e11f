"""A live terminal: a shell on a host, its screen, its prompt and the command that runs in it.

A command's keystrokes end in one CR. Offsets count all bytes printed since the terminal opened.
"""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.completion import Evidence
from services.session_driver.terminal.facts import Facts, gather, seen
from services.session_driver.terminal.host import Asked, Backend, Host, WriteStalled
from services.session_driver.terminal.listeners import Listener, Listeners
from services.session_driver.terminal.marks import Mark, Marks
from services.session_driver.terminal.memory import Identity, Rest, encoded
from services.session_driver.terminal.prompt import PromptState, begun, evolve, left, lost, typed
from services.session_driver.terminal.run import Busy, Run
from services.session_driver.terminal.screen import Screen
from services.session_driver.terminal.shells import Opening, kind_of, prepare
from services.session_driver.terminal.stillness import Stillness

POLL_SECONDS = 0.2


class Terminal:
    """A shell, what it shows and the one command that runs in it."""

    host: Host

    def __init__(self, identity: Identity, size: tuple[int, int]) -> None:
        self.identity = identity
        self.screen = Screen(*size, self._answer)
        self.offset = 0
        self._marks = Marks(identity.nonce)
        self._state = PromptState()
        self._forget_start: Callable[[], None] = lambda: None
        self._run: Run | None = None
        self.listeners = Listeners()
        self.answers = True
        self._stillness = Stillness()
        self._idle = asyncio.Event()
        self._poll: asyncio.TimerHandle | None = None

    @classmethod
    async def open(cls, opening: Opening, identity: Identity, backend: Backend) -> "Terminal":
        """Start the shell; its first prompt comes later."""
        terminal = cls(identity, size := (opening.cols, opening.rows))
        start = prepare(opening, identity.nonce)
        terminal._forget_start = start.forget
        try:
            asked = Asked(start.spawn, size, encoded(identity), identity.session_id)
            terminal.live_on(await backend.spawn(asked, terminal.absorb))
        except BaseException:
            start.forget()
            raise
        return terminal

    @classmethod
    def at_rest(cls, identity: Identity, size: tuple[int, int], at: int, rest: Rest) -> "Terminal":
        """Return a terminal as it was when `at` bytes were printed; what came then is absorbed."""
        terminal = cls(identity, size)
        terminal.answers = False  # programs were answered when they asked
        terminal.skip(at)
        terminal._state, terminal.screen.home = rest.prompt, rest.home
        terminal._tell_idle()
        return terminal

    def rest(self, record: int) -> tuple[int, Rest]:
        """Return what `at_rest` needs, and the offset that it holds for."""
        return self._marks.settled, Rest(prompt=self._state, home=self.screen.home, record=record)

    def live_on(self, host: Host) -> None:
        """Take the host on which the shell runs."""
        self.host = host
        self.host.exited.add_done_callback(self._shell_ended)

    @property
    def pid(self) -> int:
        return self.host.pid

    @property
    def exited(self) -> asyncio.Future[int]:
        return self.host.exited

    @property
    def prompt(self) -> PromptState:
        return self._state

    @property
    def running(self) -> Run | None:
        """The command that was typed last, until it ends."""
        return self._run

    async def ready(self, timeout: float) -> bool:
        """Wait for an idle prompt; false where there is none in time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._idle.wait()
        return self._idle.is_set()

    def subscribe(self, listener: Listener, *, private: bool = False) -> Callable[[], None]:
        """Call back with every chunk of output and its offset; returns how to stop that."""
        return self.listeners.add(listener, private=private)

    def context_facts(self) -> Facts:
        sight = seen(self.host, self.screen, self._stillness.quiet)
        return gather(self.identity.shell, self._state, sight)

    async def type(self, keystrokes: bytes, timeout: float = 5.0) -> None:
        """Type into whatever has the keyboard."""
        self._state = typed(self._state)
        await self.host.write(keystrokes, timeout)

    def left(self, line: str) -> None:
        """Say what is left on the line after what was typed last."""
        self._state = left(self._state, line)

    def touched(self) -> None:
        """A person typed past us: what the line holds is not known."""
        self._state = typed(self._state)

    async def run(self, keystrokes: bytes, capture: Capture) -> Run:
        """Type one command, which ends in a CR, and return it while it runs."""
        if self._run is not None:
            raise Busy
        if not self.host.foreground().takes_whole(keystrokes):
            raise WriteStalled(0, len(keystrokes))
        shown = self.host.foreground().shows_keys
        run = self._run = self._registered(keystrokes, capture, shown=shown)
        self._state = begun(self._state)
        self._idle.clear()
        self._stillness.begins()
        try:
            await self.type(keystrokes)
        except BaseException:
            self._run = None
            raise
        self.left("")
        self.watch()
        return run

    def rejoin(self, keystrokes: bytes, capture: Capture) -> Run:
        """Return the command that was typed right after the state of rest, while it runs."""
        run = self._run = self._registered(keystrokes, capture, shown=True)
        self._state = typed(begun(self._state))
        self._idle.clear()
        return run

    def abandon(self) -> None:
        """Stop waiting for a command that was never seen to run."""
        self._run = None

    def _registered(self, keystrokes: bytes, capture: Capture, *, shown: bool) -> Run:
        state = self._state
        several, integrated = b"\n" in keystrokes, state.integration != "none"
        evidence = Evidence(several_lines=several, integrated=integrated)
        run = Run(capture, state, evidence)
        if state.markers or not evidence.integrated:
            run.first_offset = run.end_offset = self.offset
            run.echoed(keystrokes if shown else b"")
        return run

    def resize(self, cols: int, rows: int) -> None:
        self.screen.resize(cols, rows)
        self.host.resize(cols, rows)

    def size(self) -> tuple[int, int]:
        return self.screen.size

    def picture(self) -> bytes | None:
        """Return a keyframe of what was printed so far; None in the middle of a sequence."""
        return None if self._marks.kept else self.screen.keyframe()

    @property
    def between(self) -> bool:
        """Whether no escape sequence is under way: something else may be shown in between."""
        return not self._marks.kept and self.screen.ground

    async def close(self, mode: Literal["hangup", "force"] = "hangup") -> int:
        """End the shell and everything that it started; returns its exit status."""
        if mode == "force":
            self.host.kill(signal.SIGKILL)
        status = await self.host.close()
        if self._poll is not None:
            self._poll.cancel()
        self.screen.close()
        return status

    def recall(self, data: bytes) -> None:
        """Take output of before the picture that the screen begins with."""
        self.offset += len(data)
        for part in self._marks.cut(data):
            if self._run is not None:
                self._run.printed(part.text, part.end)
            if part.mark is not None:
                self._marked(part.mark, b"")

    def skip(self, offset: int) -> None:
        """Go on at an offset: what was printed before it is not known."""
        missing, self.offset = offset - self.offset, offset
        self._marks.skip(offset)
        if self._run is not None:
            self._run.missed(missing, offset)

    def tear(self, offset: int, picture: bytes) -> None:
        """Go on behind an offset; the same prompt on the same screen is still the same."""
        same = self.screen.redraw(picture)
        if offset < self.offset:
            return  # of before the state of rest, it is only shown
        self.offset = offset + 1
        self._marks.skip(self.offset)
        if self._run is not None:
            self._run.torn(self.offset)
        if not same and (self._state.status == "idle" or self._in_front):
            self._state = lost(self._state)
            self._tell_idle()

    @property
    def _in_front(self) -> bool:
        return self.host.foreground().pgid == self.pid

    def absorb(self, data: bytes) -> None:
        """Take what was printed next."""
        offset, self.offset = self.offset, self.offset + len(data)
        self._stillness.printed()
        self.listeners.tell(offset, data)
        for part in self._marks.cut(data):
            self._printed(part.text, part.end)
            if part.mark is not None:
                self._marked(part.mark, part.sequence)

    def _printed(self, data: bytes, offset: int) -> None:
        if data:
            self.screen.feed(data)
            if self._run is not None and self.listeners.private:
                self._run.missed(len(data), offset)
            elif self._run is not None:
                self._run.printed(data, offset)

    def _answer(self, reply: bytes) -> None:
        """Reply to programs that can take a reply; views drop what their terminals would reply.

        Others only passed the question on, as `cat` does: the reply would be typed at the prompt.
        """
        foreground = self.host.foreground()
        asked = foreground.pgid != self.pid or kind_of(self.identity.shell) == "fish"
        if self.answers and not self.host.replies and foreground.editing and asked:
            self.host.answer(reply)

    def _marked(self, mark: Mark, sequence: bytes) -> None:
        if mark.kind in ("bracketed_paste", "alternate"):
            self._printed(sequence, mark.end)
        before, self._state = self._state, evolve(self._state, mark)
        if before is self._state:
            return
        if mark.name == "ready":
            self._forget_start()
        if mark.kind == "input":
            self.screen.home = self.screen.cursor
        if self._run is not None:
            # a marker is believed while the shell is in front; else `_watch` looks again
            in_front = mark.kind == "marker" and self._in_front
            self._run.marked(mark, back=0.0 if in_front else None)
            self._settle()
        self._tell_idle()

    def _tell_idle(self) -> None:
        tell = self._idle.set if self._state.status == "idle" else self._idle.clear
        tell()

    def _settle(self) -> None:
        if self._run is not None and self._run.ending is not None:
            self._run = None
            if self._poll is not None:
                self._poll.cancel()

    def watch(self) -> None:
        """Look again and again whether the command has ended."""
        self._poll = asyncio.get_running_loop().call_later(POLL_SECONDS, self._watch)

    def _watch(self) -> None:
        """Look at who has the keyboard from time to time, for shells that send no marks."""
        if self._run is None or self.exited.done():
            return
        self._stillness.tell(self._run, self.host.foreground(), self.pid)
        self._settle()
        if self.running is not None:
            self.watch()

    def _shell_ended(self, exited: asyncio.Future[int]) -> None:
        self._forget_start()
        if self._run is not None and not exited.cancelled():
            self._run.learn(shell_exit=(None if self.host.borrowed else exited.result(),))
            self._settle()
