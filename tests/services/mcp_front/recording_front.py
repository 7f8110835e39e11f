"""A front that records what it is asked and answers what it is told, for tests of words only."""

import asyncio
from collections.abc import Callable
from typing import Literal

from events.actions import Action, RunCommand
from events.lifecycle import State
from events.review import Context, Decision
from services.mcp_front.ports import Caller, Submission
from services.mcp_front.views import (
    CallView,
    CastPage,
    CastQuery,
    Change,
    CheckView,
    InterruptView,
    OutputPage,
    OutputQuery,
    ScreenQuery,
    ScreenView,
    SessionPage,
    SessionQuery,
    Signal,
    TimelinePage,
    TimelineQuery,
    WaitQuery,
    WaitView,
    Watched,
)

RUNNING = CallView(call_id="c1", session_id="s1", tool="run_command", state=State.RUNNING)
SAFE = Decision(tier="safe", summary="runs ls", policy_version="v1", engine="test")
CHECKED = CheckView(session_id="s1", decision=SAFE, context=Context(session_id="s1", prompt="idle"))


class RecordingFront:
    """Keeps every question; `answer` may raise."""

    backend: Literal["pty", "tmux"] = "pty"

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.call: Callable[[], CallView] = lambda: RUNNING
        self.checked = CHECKED
        self.page = SessionPage()
        self.past = TimelinePage()
        self.text = ""
        self.changes: list[Change] = []
        self.open: list[frozenset[str]] = [frozenset()]
        self.recording = CastPage(text="{}")
        self.waited = WaitView(session_id="s1")

    async def submit(
        self, caller: Caller, session_id: str, action: Action, options: Submission
    ) -> CallView:
        self.asked.append((caller, session_id, action, options))
        return self.call()

    async def watch(self, caller: Caller, call_id: str, wait_ms: int) -> CallView:
        self.asked.append((caller, call_id, wait_ms))
        return self.call()

    async def sessions(self, caller: Caller, query: SessionQuery) -> SessionPage:
        self.asked.append((caller, query))
        return self.page

    async def interrupt(self, caller: Caller, call_id: str, signal: Signal) -> InterruptView:
        self.asked.append((caller, call_id, signal))
        call = self.call()
        return InterruptView(call=call, signal=signal, stopped=call is not RUNNING)

    async def check(self, caller: Caller, session_id: str, action: RunCommand) -> CheckView:
        self.asked.append((caller, session_id, action))
        return self.checked

    async def screen(self, caller: Caller, query: ScreenQuery) -> ScreenView:
        self.asked.append((caller, query))
        return ScreenView(session_id=query.session_id, text=self.text, cols=80, rows=24)

    async def wait_for(self, caller: Caller, query: WaitQuery) -> WaitView:
        self.asked.append((caller, query))
        return self.waited

    async def output(self, caller: Caller, where: OutputQuery) -> OutputPage:
        self.asked.append((caller, where))
        return OutputPage(session_id=where.session_id or "s1", text=self.text)

    async def timeline(self, caller: Caller, where: TimelineQuery) -> TimelinePage:
        self.asked.append((caller, where))
        return self.past

    async def cast(self, caller: Caller, query: CastQuery) -> CastPage:
        self.asked.append((caller, query))
        return self.recording

    async def change(self, caller: Caller, watched: Watched, offset: int) -> Change:
        self.asked.append((caller, watched, offset))
        if self.changes:
            return self.changes.pop(0)
        await asyncio.sleep(0.05)  # as the driver holds the question
        return Change(changed=False, offset=offset)

    def follows(self, caller: Caller, watched: Watched) -> bool:
        return "s1" in {watched.session_id, watched.call_id}

    def open_sessions(self, caller: Caller) -> frozenset[str]:
        return self.open.pop(0) if len(self.open) > 1 else self.open[0]
