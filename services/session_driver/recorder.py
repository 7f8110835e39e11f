"""Writes what a terminal prints to OUTPUT, in order, and knows what the broker has stored."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from typing import Literal

import msgspec

from services.runtime.acks import LogFull, LogRefused, acknowledged
from services.runtime.connection import BrokerError, Client
from services.session_driver.tape import Kind, Record, Tape

logger = logging.getLogger(__name__)
GATHER, RETRY = 0.03, 0.5
"""Seconds for which small pieces are gathered into one record, and between two attempts."""
PASSED_OVER = 262_144
"""Bytes that are counted at once where nothing is recorded: less than the terminal-host keeps."""
ATTEMPT = 2.0
"""Seconds for one attempt: what was on its way when a connection broke is never answered."""
KEYFRAME_EVERY, KEYFRAME_MOST = 1_048_576, 900_000
"""Bytes between two pictures of the screen, and in one: the broker takes a MiB at once."""


class Source(msgspec.Struct, frozen=True):
    """The terminal being recorded: its size, how to take a picture of it, and who keeps its bytes.

    There is no picture in the middle of an escape sequence. `stored` is told up to which offset
    nothing needs to be kept any more; who keeps too much holds the terminal back.
    """

    epoch: str
    size: Callable[[], tuple[int, int]]
    picture: Callable[[], bytes | None]
    stored: Callable[[int], None]
    fidelity: Literal["raw", "rendered"] = "raw"


class Tail(msgspec.Struct, frozen=True):
    """Where an earlier driver's recording ends: its offset, its newest record, its base."""

    end: int = 0
    record: int = 0
    base: int = 0


NOTHING = Tail()


class Recorder:
    """The recording of one terminal. Offsets are bytes since the session opened.

    It begins with the size, and each record names the one from which its screen can be rebuilt.
    """

    def __init__(
        self, client: Client, subject: str, source: Source, limit: int, tail: Tail = NOTHING
    ) -> None:
        self._client = client
        self._subject = subject
        self._source = source
        self._news = asyncio.Event()
        self._hurry = asyncio.Event()
        self._stored_more = asyncio.Event()
        self._framed = tail.end
        self._number = 0
        self._ids = f"{source.epoch}.{secrets.token_hex(4)}"
        self._base, self._size_record = tail.base, 0
        self.tape = Tape(limit, tail.end)
        self.blind = False  # a person has the terminal for what nobody else may see
        if not tail.record:
            self.tape.resized(source.size())
            self._news.set()
        self.stored_to = tail.end
        self.newest_record = tail.record

    def take(self, offset: int, data: bytes) -> None:
        """Record the bytes that the terminal printed at `offset`, before its screen shows them."""
        if self.blind:
            self._pass_over(offset + len(data))
            return
        self.tape.skip_to(offset)
        if offset - self._framed >= KEYFRAME_EVERY or (self.tape.torn and self.tape.keeps):
            self._frame(offset)
        self.tape.put(data)
        self._news.set()

    def _pass_over(self, offset: int) -> None:
        """Count what is not recorded; seldom: the times of single keys would be a record too."""
        if offset - self.tape.end >= PASSED_OVER:
            self.tape.skip_to(offset)
            self._news.set()

    def resized(self, offset: int) -> None:
        """Record the size that the terminal has from `offset` on.

        What comes back onto a screen that grows is in no earlier picture, so there is a new one.
        """
        self.tape.skip_to(offset)
        self.tape.torn = True
        if not self._frame(offset):
            self.tape.resized(self._source.size())
        self._news.set()

    def _frame(self, offset: int) -> bool:
        """Record a picture if there can be one just now."""
        picture = None if self.blind else self._source.picture()
        if picture is None:
            return False
        self._framed, self.tape.torn = offset, False
        if len(picture) > KEYFRAME_MOST:
            return False
        self.tape.picture(self._source.size(), picture)
        return True

    async def stored(self, offset: int) -> None:
        """Wait until everything before `offset` is acknowledged by the broker.

        What was printed by now and not put on the tape never will be.
        """
        self.tape.skip_to(offset)
        while self.stored_to < offset:
            self._stored_more.clear()
            self._hurry.set()
            self._news.set()
            await self._stored_more.wait()

    def hurry(self) -> None:
        """Store what there is without gathering more: somebody is about to wait for it."""
        if self.tape.waiting:
            self._hurry.set()

    async def run(self) -> None:
        """Store for ever."""
        while True:
            await self._news.wait()
            await self._gather()
            while record := self.tape.next():
                await self._store(record)

    async def _gather(self) -> None:
        self._news.clear()
        try:
            async with asyncio.timeout(GATHER):
                await self._hurry.wait()
        except TimeoutError:
            return
        finally:
            self._hurry.clear()

    async def _store(self, record: Record) -> None:
        """Store one record, however long the broker is away: nothing printed is lost."""
        self._number += 1
        headers = {
            "Nats-Msg-Id": f"{self._ids}.{self._number}",
            "eim-epoch": self._source.epoch,
            "eim-kind": record.kind,
            "eim-offset": str(record.offset),
            "eim-end": str(record.end),
            "eim-fidelity": self._source.fidelity,
            "eim-base": str(self._base),
        }
        if record.markers:
            headers["eim-markers"] = " ".join(record.markers)
        while not await self._published(record, headers):  # noqa: ASYNC110 - no event says when
            await asyncio.sleep(RETRY)
        self._rebase(record.kind)
        self.stored_to = record.end
        self._source.stored(record.end)
        self._stored_more.set()

    def _rebase(self, kind: Kind) -> None:
        """Remember the sequence of the size from which a screen is rebuilt, and its picture."""
        if not self._base or kind == "keyframe":
            self._base = self._size_record or self.newest_record
        self._size_record = self.newest_record if kind == "resize" else 0

    async def _published(self, record: Record, headers: dict[str, str]) -> bool:
        try:
            reply = await self._client.request(
                self._subject, record.body, timeout=ATTEMPT, headers=headers
            )
            self.newest_record = acknowledged(reply.data).sequence
        except (BrokerError, LogFull, LogRefused) as error:
            why = str(error) or type(error).__name__
            logger.warning("recording of %s waits: %s", self._subject, why)
            return False
        return True
