"""The terminals that are open on this node, each with its recording and the call it carries out."""

import asyncio
import time
from typing import Literal, Protocol

from msgspec.structs import replace

from events.calls import Output
from events.review import Context
from events.sessions import ControlTaken, RecordingGapped
from events.subjects import recording_of
from services.policy.programs.started import started
from services.policy.programs.unfinished import NOT_EMPTY, NOT_KNOWN
from services.runtime.log import Log
from services.session_driver.recorder import NOTHING, Recorder, Source, Tail
from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.facts import Facts
from services.session_driver.terminal.host import OnDisk, Rendered, Visited
from services.session_driver.terminal.memory import encoded
from services.session_driver.terminal.run import Ending
from services.session_driver.terminal.session import Terminal
from services.session_driver.views.audience import Audience

PROMPT, PROMPTS = 0.5, 10
"""Seconds in which a shell that reads keys has shown its prompt, and for how many times as long one
that does not read yet is waited for: a prompt that asks git, or a busy machine, takes long."""

TORN = "tmux's pipe to us was cut; nobody knows how many bytes that cost, one stands for them"


class Asking(Protocol):
    """A request for a person's hands that has not ended."""

    call_id: str
    asked_by: str
    reason: str

    @property
    def notice(self) -> str: ...
    def taken(self) -> None: ...
    def end(
        self,
        outcome: Literal["returned", "declined", "cancelled", "session_closed"],
        by: str = "",
    ) -> None: ...


class Live:
    """One open terminal; made by `recorded`. `acted` is when a call last did something in it."""

    recorder: Recorder

    def __init__(self, terminal: Terminal) -> None:
        self.opened = terminal.identity
        self.terminal = terminal
        self.call_id = ""
        self.capture: Capture | None = None
        self.started_record = 0
        self.interrupted = False
        self.closed_by = ""
        self.acted = time.monotonic()
        self.free = asyncio.Event()
        self.free.set()
        self.gone = asyncio.Event()
        self.audience = Audience()
        self.control: ControlTaken | None = None
        self.handoff: Asking | None = None
        self.hidden = 0  # bytes that the running command printed while nobody was told
        self.resizing = False
        self._hidden_from = 0
        self._rested = -1
        self.telling = asyncio.Lock()
        self.returning = asyncio.Lock()

    def take(self, call_id: str, capture: Capture) -> None:
        """Give the terminal to a command."""
        self.call_id, self.interrupted, self.hidden = call_id, False, 0
        self.capture = capture
        self.free.clear()

    @property
    def private(self) -> bool:
        """Whether a person who was asked has the terminal: nothing is recorded, or told."""
        return self.recorder.blind

    def taken(self, taken: ControlTaken) -> None:
        """A person has control."""
        self.control = taken
        self._hide(taken.offset)

    def ask_for_hands(self) -> None:
        """Tell people that somebody asks; one who has control already need not take it again."""
        self._hide(self.terminal.offset)
        if self.handoff and not self.private:
            self.audience.notify(self.handoff.notice, writing=True)

    def _hide(self, offset: int) -> None:
        """From here on nothing is recorded, if somebody asked and somebody came.

        A request alone hides nothing: an assistant could do without a record whenever it likes.
        """
        if self.handoff and self.control:
            self.handoff.taken()
            if not self.private:
                self._hidden_from = offset
                self._turn_private(private=True)

    def still_taken(self, taken: ControlTaken, *, private: bool) -> None:
        """A person had control when an earlier driver ended; what they did since is theirs."""
        self.control, self._hidden_from = taken, taken.offset
        self._turn_private(private=private)

    def _turn_private(self, *, private: bool) -> None:
        self.recorder.blind = self.terminal.listeners.private = private

    def released(self) -> RecordingGapped | None:
        """A person has returned control; return what is not recorded because they had it.

        The screen as they leave it is for nobody: our picture of it is cleared, before the
        recording goes on with one, and a screen that is drawn elsewhere is hidden there.
        """
        self.control = None
        if not self.private:
            return None
        end = self.terminal.offset
        self.hidden += end - self._hidden_from
        self.terminal.screen.blank()
        if isinstance(self.terminal.host, Rendered):
            self.terminal.host.hide()
        self._turn_private(private=False)
        self.recorder.resized(end)
        self.audience.redraw()
        if isinstance(self.terminal.host, OnDisk):
            self.terminal.host.wipe(self._hidden_from, end)
        return RecordingGapped(
            session_id=self.opened.session_id,
            offset=self._hidden_from,
            bytes=end - self._hidden_from,
            reason="a person had the terminal to themselves, as they were asked to",
        )

    def torn(self, offset: int, picture: bytes) -> RecordingGapped:
        """Go on with the screen as it is behind an offset; return that something may be missing."""
        if not self.private:
            self.hidden += 1
        self.terminal.tear(offset, picture)
        self.recorder.resized(offset + 1)
        self.audience.redraw()
        return RecordingGapped(
            session_id=self.opened.session_id, offset=offset, bytes=1, reason=TORN
        )

    def stored(self, offset: int) -> None:
        """Let go of what is recorded, and have it known how the terminal is when it rests."""
        self.terminal.host.ack(offset)
        if not self.call_id:
            self.keep_rest()

    def keep_rest(self) -> None:
        """Have it known to a later driver how the terminal is, if it rests."""
        at, rest = self.terminal.rest(self.recorder.newest_record)
        if self.terminal.prompt.status == "idle" and at != self._rested:
            self.terminal.host.keep(at, encoded(rest))
            self._rested = at

    def resize(self, cols: int, rows: int) -> None:
        """Give the terminal another size, and record that."""
        self.terminal.resize(cols, rows)
        self.recorder.resized(self.terminal.offset)

    async def settled(self) -> Context:
        """Return the context once the shell, after a command's end, shows its prompt again."""
        host = self.terminal.host
        if self._prompt_is_due():
            await self._prompted()
        await self.heed()
        if isinstance(host, Rendered) and not await host.catch_up():
            return replace(self.context(), prompt="unknown", line=NOT_KNOWN)
        return self.context()

    async def heed(self) -> None:
        """Look whether a person types where nobody tells us of it; then they have control."""
        if isinstance(self.terminal.host, Visited):
            await self.terminal.host.guests.heed()

    def _prompt_is_due(self) -> bool:
        """Whether a prompt of ours comes next; the shell's hooks before it may run programs."""
        terminal = self.terminal
        if terminal.running or terminal.prompt.integration == "none":
            return False
        return terminal.prompt.ended or terminal.host.foreground().pgid == terminal.pid

    async def _prompted(self) -> None:
        for _ in range(PROMPTS):
            read_before = self._reads()
            if await self.terminal.ready(PROMPT) or (read_before and self._reads()):
                return

    def _reads(self) -> bool:
        """Whether the shell reads a line, though it has shown no prompt of ours."""
        foreground = self.terminal.host.foreground()
        return foreground.editing and foreground.pgid == self.terminal.pid

    def context(self) -> Context:
        """Return the state of the terminal as a review wants to know it."""
        facts = self.terminal.context_facts()
        front = started(facts.arguments)
        return Context(
            session_id=self.opened.session_id,
            epoch=self.opened.epoch,
            owner=self.opened.owner,
            shell=facts.shell,
            shell_version=facts.shell_version,
            integration=facts.integration,
            prompt=facts.prompt,
            line=_line(facts),
            foreground=facts.foreground,
            cwd=facts.cwd,
            bracketed_paste=facts.bracketed_paste,
            environment={
                **self.terminal.identity.requested,
                **dict.fromkeys(facts.changed_environment, "(changed)"),
            },
            names=facts.changed_names,
            host=front.host,
            reads_code=front.reads_code,
        )

    def output(self, max_chars: int, ending: Ending | None = None) -> Output:
        """Return what the running command printed so far, or all of it once it ended."""
        run, capture = self.terminal.running, self.capture
        if capture is None:
            return Output()
        first = ending.first_offset if ending else (run.first_offset if run else 0)
        end = ending.end_offset if ending else (run.end_offset if run else 0)
        excerpt = capture.excerpt(max_chars)
        return Output(
            first_offset=first,
            end_offset=end,
            first_record=self.started_record,
            last_record=self.recorder.newest_record,
            total_bytes=capture.total_bytes,
            dropped_bytes=self.recorder.tape.dropped,
            total_lines=capture.total_lines,
            omitted_lines=excerpt.omitted_lines,
            head=excerpt.head,
            tail=excerpt.tail,
            digest=capture.digest,
            concealed=excerpt.concealed,
        )


def _line(facts: Facts) -> str:
    if facts.prompt == "idle":
        return "" if facts.line_empty else facts.pending or NOT_EMPTY
    return NOT_KNOWN if facts.pending is None else facts.pending


def recorded(terminal: Terminal, log: Log, limit: int, tail: Tail = NOTHING) -> Live:
    """Return a terminal that is recorded from here on, after what an earlier driver recorded."""
    live = Live(terminal)
    identity = terminal.identity
    host = terminal.host
    source = Source(identity.epoch, terminal.size, terminal.picture, live.stored, host.fidelity)
    subject = recording_of(log.node, identity.session_id)
    live.recorder = Recorder(log.client, subject, source, limit, tail)
    if isinstance(host, Rendered):
        host.on_resized = live.resize
    return live
