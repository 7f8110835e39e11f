"""The log: append under optimistic concurrency, and read in order."""

from collections.abc import Sequence
from uuid import uuid4

import msgspec
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeout
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_exponential

from events import codec, subjects
from events.envelope import Envelope, to_headers
from events.lifecycle import BYSTANDERS
from events.recorded import Recorded
from events.vocabulary import AnyEvent
from services.runtime.acks import LogFull, LogRefused, Moved, Stored, acknowledged
from services.runtime.clock import Clock
from services.runtime.direct import ReadFailed, read_batch, read_newest_each
from services.runtime.stored import Unreadable, from_stream

STREAM = "EVENTS"
EVERYTHING = f"{subjects.EVENTS}.>"
ATTEMPT = 2.0
"""Seconds for one attempt: what was on its way when a connection broke is never answered."""


class LogUnavailable(ConnectionError):
    """The broker did not answer, so it is not known whether the event is stored."""


class Conflict(RuntimeError):
    """Something happened in the session since the state that the decision rests on."""

    def __init__(self, reason: str, newest: int) -> None:
        super().__init__(reason)
        self.newest = newest


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An event about to be stored, with its circumstances."""

    event: AnyEvent
    actor: str
    node: str = ""
    causation: str = ""
    trace: str = ""
    id: str = msgspec.field(default_factory=lambda: uuid4().hex)


class Log:
    """The event log as one service sees it."""

    def __init__(self, client: Client, node: str, clock: Clock, source: str) -> None:
        self.client = client
        self.node = node
        self.clock = clock
        self.source = source

    async def append(
        self, draft: Draft, expected: int | None = None, patience: float = 15.0
    ) -> int:
        """Store the event and return its sequence. Raises as `store` does."""
        return (await self.store(draft, expected, patience)).sequence

    async def store(
        self, draft: Draft, expected: int | None = None, patience: float = 15.0
    ) -> Stored:
        """Store the event once, however often that takes.

        `expected` is the newest sequence of the session that the decision saw; None for a fact
        that rests on nothing. `patience` is in seconds. Raises Conflict, LogUnavailable, LogFull.
        """
        subject = subjects.subject_of(draft.node or self.node, draft.event)
        headers = to_headers(self._envelope(draft), type(draft.event).__name__)
        body = codec.encode(draft.event)
        while True:
            message = _Message(subject, body, _expecting(headers, subject, expected))
            try:
                return await self._store(message, patience)
            except Moved:
                tail = await self.stored(expected or 0, subjects.session_filter(subject))
                if own := next((item.sequence for item in tail if _is(item, draft)), 0):
                    return Stored(own, repeated=True)
                expected = _past_bystanders(tail, expected or 0)

    def as_recorded(self, draft: Draft, sequence: int) -> Recorded:
        """Return a draft that was stored at `sequence` as a reader will see it."""
        envelope = self._envelope(draft)
        subject = subjects.subject_of(draft.node or self.node, draft.event)
        return Recorded(
            sequence=sequence,
            subject=subject,
            event=draft.event,
            envelope=envelope,
            stored_at=envelope.time,
        )

    async def read(
        self, after: int, subject: str = EVERYTHING, count: int = 512
    ) -> Sequence[Recorded]:
        """Return stored events with a sequence above `after`, oldest first.

        Raises LogUnavailable.
        """
        stored = await self.stored(after, subject, count)
        return [item for item in stored if isinstance(item, Recorded)]

    async def stored(
        self, after: int, subject: str = EVERYTHING, count: int = 512
    ) -> Sequence[Recorded | Unreadable]:
        """Return whatever is stored above `after`, readable or not. Raises LogUnavailable."""
        try:
            messages = await read_batch(self.client, STREAM, after + 1, (subject, count))
        except (NatsError, ReadFailed, TimeoutError) as error:
            raise LogUnavailable(f"read after {after}: {str(error) or 'no answer'}") from error
        return [from_stream(message) for message in messages]

    async def get(self, sequence: int) -> Recorded | None:
        """Return the event at this sequence. Raises LogUnavailable."""
        found = await self.read(sequence - 1, count=1)
        return found[0] if found and found[0].sequence == sequence else None

    async def newest_each(self, subject: str, up_to: int) -> Sequence[Recorded]:
        """Return, of each kind of event under a subject, the newest one up to a sequence.

        Oldest first. Raises LogUnavailable.
        """
        try:
            messages = await read_newest_each(self.client, STREAM, subject, up_to)
        except (NatsError, ReadFailed, TimeoutError) as error:
            raise LogUnavailable(f"read up to {up_to}: {str(error) or 'no answer'}") from error
        found = [from_stream(message) for message in messages]
        events = [item for item in found if isinstance(item, Recorded)]
        return sorted(events, key=lambda recorded: recorded.sequence)

    def _envelope(self, draft: Draft) -> Envelope:
        return Envelope(
            id=draft.id,
            time=self.clock.now(),
            source=f"/{self.node}/{self.source}",
            actor=draft.actor,
            correlation=getattr(draft.event, "call_id", ""),
            causation=draft.causation,
            trace=draft.trace,
        )

    async def _store(self, message: "_Message", patience: float) -> Stored:
        began = self.clock.monotonic()
        try:
            # The first attempt goes without tenacity, which alone costs a tenth of an append.
            return await self._publish(message, min(patience, ATTEMPT))
        except NatsError as error:
            left = patience - (self.clock.monotonic() - began)
            if left <= 0 or not isinstance(error, _PASSING):
                raise _unavailable(message, error) from error
        return await self._retried(message, left)

    async def _retried(self, message: "_Message", patience: float) -> Stored:
        attempts = AsyncRetrying(
            retry=retry_if_exception_type(_PASSING),
            stop=stop_after_delay(patience),
            wait=wait_exponential(0.05, max=0.5),
            reraise=True,
        )
        try:
            return await attempts(self._publish, message, min(patience, ATTEMPT))
        except NatsError as error:
            raise _unavailable(message, error) from error

    async def _publish(self, message: "_Message", timeout: float) -> Stored:
        reply = await self.client.request(
            message.subject, message.body, timeout=timeout, headers=message.headers
        )
        return acknowledged(reply.data)


_PASSING = (NatsTimeout, NoRespondersError)
"""What a failover or a restart of the broker looks like; it passes."""


def _unavailable(message: "_Message", error: NatsError) -> LogUnavailable:
    return LogUnavailable(f"{message.subject}: {str(error) or type(error).__name__}")


class _Message(msgspec.Struct, frozen=True):
    subject: str
    body: bytes
    headers: dict[str, str]


def _expecting(headers: dict[str, str], subject: str, expected: int | None) -> dict[str, str]:
    if expected is None:
        return headers
    return headers | {
        "Nats-Expected-Last-Subject-Sequence": str(expected),
        "Nats-Expected-Last-Subject-Sequence-Subject": subjects.session_filter(subject),
    }


def _is(stored: Recorded | Unreadable, draft: Draft) -> bool:
    return isinstance(stored, Recorded) and stored.envelope.id == draft.id


def _past_bystanders(tail: Sequence[Recorded | Unreadable], expected: int) -> int:
    """Return the newest sequence if no decision could rest on what is in the tail."""
    for stored in tail:
        if isinstance(stored, Recorded) and not isinstance(stored.event, BYSTANDERS):
            raise Conflict(f"{stored.subject} at {stored.sequence}", tail[-1].sequence)
        expected = stored.sequence
    return expected


__all__ = ["Conflict", "Draft", "Log", "LogFull", "LogRefused", "LogUnavailable"]
