"""What the front may do and how it writes into the log."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Literal

import msgspec

from events.calls import ToolCallServed
from events.subjects import ANY
from projections import rates
from projections.rates import Rates
from services.mcp_front.ports import Caller
from services.mcp_front.refusals import Refusal, rate_limited
from services.mcp_front.trouble import explained
from services.runtime.background import Background
from services.runtime.log import Draft, Log, LogFull, LogRefused, LogUnavailable

logger = logging.getLogger(__name__)
REQUEST_PATIENCE = 1.8
"""Seconds for the log to take a request: a client hears within two that it does not."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What the front allows, and the key of its request fingerprints.

    `requests` and `reads` are how many of them a client may make within a minute.

    `shells` is the search path of the shells that a session may have, and of tmux; `backend` is
    where a session lives unless the caller says, `tmux_socket` where people attach to one in tmux.
    """

    key: bytes
    deadline: timedelta
    max_sessions: int
    shells: str
    backend: Literal["pty", "tmux"] = "pty"
    tmux_socket: str = ""
    requests: int
    reads: int

    def __repr__(self) -> str:
        return f"Limits({self.max_sessions} sessions)"


class About:
    """Which session an answer is about, once that is known to be one of the caller's."""

    def __init__(self) -> None:
        self.session_id = ANY


class Journal:
    """The log as the front writes it."""

    def __init__(self, log: Log, limits: Limits, tasks: Background) -> None:
        self.log = log
        self.limits = limits
        self._tasks = tasks
        self._reads: Rates = {}

    @contextmanager
    def serving(self, caller: Caller, tool: str) -> Generator["About"]:
        """Record, without waiting, that a read-only call was answered, how and how fast.

        One over the limit is not: it would fill the log. Raises Refusal.
        """
        self._count(caller)
        began, about, code = self.log.clock.monotonic(), About(), ""
        try:
            with explained():
                yield about
        except Refusal as refusal:
            code = refusal.code
            raise
        finally:
            fact = ToolCallServed(
                session_id=about.session_id,
                principal=caller.principal,
                tool=tool,
                code=code,
                duration_ms=round((self.log.clock.monotonic() - began) * 1000, 1),
            )
            draft = Draft(event=fact, actor=caller.principal, trace=caller.trace)
            self._tasks.start(self._append(draft, tool))

    def _count(self, caller: Caller) -> None:
        now, limit = self.log.clock.now(), self.limits.reads
        rate = self._reads.get(caller.principal)
        if rate and rate.at(now) >= limit:
            wait = rate.wait(now, limit)
            raise rate_limited("reads", limit, wait, "performance.maxReadsPerMinute")
        self._reads = rates.evolve(self._reads, caller.principal, now)

    async def _append(self, draft: Draft, tool: str) -> None:
        try:
            await self.log.append(draft)
        except (LogFull, LogUnavailable, LogRefused) as error:
            logger.warning("%s by %s is not on record: %s", tool, draft.actor, error)
