"""The streams and durable consumers, created or brought up to date by the operator."""

from typing import Final, Literal, Protocol

import msgspec

from events import subjects
from events.approvals import ApprovalGranted
from events.base import SessionEvent
from events.calls import ToolCallCleared, ToolCallRequested
from events.lifecycle import DRIVER, ENDINGS, REVIEWER
from events.sessions import SessionClosed, SessionLost
from services.runtime.settings import MIB, Clustering

SECOND: Final = 1_000_000_000
HOUR, DAY = 3600 * SECOND, 86400 * SECOND
AUDIT_BYTES, ADVISORY_BYTES = 512 * MIB, 128 * MIB
NO_STREAM, NO_CONSUMER = 10059, 10014


class ProvisioningRefused(RuntimeError):
    """What the broker holds does not fit the configuration, and changing it could lose facts."""


class Republish(msgspec.Struct, frozen=True):
    """A copy of every stored message for those who listen live."""

    src: str
    dest: str


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of a stream that we care about; durations are in nanoseconds."""

    name: str
    subjects: tuple[str, ...]
    storage: Literal["file", "memory"] = "file"
    discard: Literal["old", "new"] = "old"
    max_bytes: int
    max_age: int = 0
    max_msg_size: int = -1
    max_msgs_per_subject: int = -1
    duplicate_window: int = 120 * SECOND
    num_replicas: int = 1
    deny_delete: bool = False
    deny_purge: bool = False
    allow_direct: bool = False
    republish: Republish | None = None


class Consumer(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of a durable pull consumer; durations are in nanoseconds.

    The first backoff is how long a handler may take before the event is delivered again; a
    second delivery is harmless, since appends expect a sequence.
    """

    durable_name: str
    filter_subjects: tuple[str, ...]
    ack_policy: str = "explicit"
    deliver_policy: str = "all"
    max_deliver: int = 5
    max_ack_pending: int = 256
    backoff: tuple[int, ...] = (5 * SECOND, 10 * SECOND, 30 * SECOND, 60 * SECOND)


def streams(settings: Clustering) -> tuple[Stream, ...]:
    """Return every stream as the configuration wants it."""
    return _events(settings), _output(settings), _audit(settings), _advisories(settings)


def _events(settings: Clustering) -> Stream:
    everything, live = f"{subjects.EVENTS}.>", f"{subjects.LIVE}.>"
    return Stream(
        name="EVENTS",
        subjects=(everything,),
        discard="new",
        max_bytes=settings.events_max_bytes,
        max_msg_size=256 * 1024,
        duplicate_window=600 * SECOND,
        num_replicas=settings.replicas,
        deny_delete=True,
        deny_purge=True,
        allow_direct=True,
        republish=Republish(everything, live),
    )


def _output(settings: Clustering) -> Stream:
    return Stream(  # persist_mode async would lose acknowledged records with a kill of the broker
        name="OUTPUT",
        subjects=("out.>",),
        max_bytes=settings.output_max_bytes,
        max_age=settings.output_max_age * SECOND,
        num_replicas=settings.replicas,
        allow_direct=True,
    )


def _audit(settings: Clustering) -> Stream:
    return Stream(
        name="AUDIT",
        subjects=("audit.>",),
        discard="new",
        max_bytes=AUDIT_BYTES,
        num_replicas=settings.replicas,
        deny_delete=True,
        deny_purge=True,
        allow_direct=True,
    )


def _advisories(settings: Clustering) -> Stream:
    return Stream(
        name="ADVISORIES",
        subjects=(
            "$JS.EVENT.ADVISORY.API",
            "$JS.EVENT.ADVISORY.CONSUMER.>",
            "$JS.EVENT.ADVISORY.STREAM.>",
        ),
        max_bytes=ADVISORY_BYTES,
        max_age=30 * DAY,
        max_msgs_per_subject=50_000,  # a look at a stream is one; dead letters outlast them
        num_replicas=settings.replicas,
        allow_direct=True,
    )


CONSUMERS: Final = {
    REVIEWER: (ToolCallRequested, *ENDINGS, SessionClosed, SessionLost),
    DRIVER: (ToolCallCleared, ApprovalGranted),
}
"""What each reactor's durable consumer delivers to it."""


def bytes_reserved(settings: Clustering) -> int:
    """Return how much the broker may store: every stream, and room to restore each beside it."""
    return 2 * sum(stream.max_bytes for stream in streams(settings))


class _Reply(Protocol):
    data: bytes


class Requests(Protocol):
    """What is needed of a connection to the broker, as the operator."""

    async def request(self, subject: str, payload: bytes, timeout: float) -> _Reply:
        """Ask and wait for one answer."""
        ...


async def provision(operator: Requests, settings: Clustering) -> None:
    """Create or update all streams and consumers. Raises ProvisioningRefused, client errors."""
    for stream in streams(settings):
        await _provide_stream(operator, stream)
    for name, delivered in CONSUMERS.items():
        await _provide_consumer(operator, name, delivered)


class _Error(msgspec.Struct):
    err_code: int = 0
    description: str = ""


class _State(msgspec.Struct, frozen=True):
    bytes: int = 0


class _Answer(msgspec.Struct):
    error: _Error | None = None
    config: msgspec.Raw = msgspec.Raw(b"{}")
    state: _State = _State()


async def _provide_stream(operator: Requests, wanted: Stream) -> None:
    found = await _ask(operator, f"STREAM.INFO.{wanted.name}", None)
    if found.error and found.error.err_code == NO_STREAM:
        return _expect(await _ask(operator, f"STREAM.CREATE.{wanted.name}", wanted), wanted.name)
    _expect(found, wanted.name)
    if msgspec.json.decode(found.config, type=Stream) == wanted:
        return None
    if wanted.discard == "new" and wanted.max_bytes < found.state.bytes:
        raise ProvisioningRefused(
            f"{wanted.name} holds {found.state.bytes} bytes already and is never thinned out; with"
            f" a limit of {wanted.max_bytes} it takes no call; raise clustering.eventsMaxBytes"
        )
    kept = msgspec.json.decode(found.config, type=dict[str, object])
    changed = kept | msgspec.to_builtins(wanted)
    return _expect(await _ask(operator, f"STREAM.UPDATE.{wanted.name}", changed), wanted.name)


async def _provide_consumer(
    operator: Requests, name: str, delivered: tuple[type[SessionEvent], ...]
) -> None:
    filters = tuple(f"{subjects.EVENTS}.*.*.{subjects.fact(event)}" for event in delivered)
    config = Consumer(durable_name=name, filter_subjects=filters)
    body = {"stream_name": "EVENTS", "config": config}
    _expect(await _ask(operator, f"CONSUMER.CREATE.EVENTS.{name}", body), f"consumer {name}")


async def _ask(operator: Requests, what: str, body: object) -> _Answer:
    payload = b"" if body is None else msgspec.json.encode(body)
    reply = await operator.request(f"$JS.API.{what}", payload, timeout=10)
    return msgspec.json.decode(reply.data, type=_Answer)


def _expect(answer: _Answer, name: str) -> None:
    if answer.error:
        raise ProvisioningRefused(
            f"{name}: {answer.error.description} (error {answer.error.err_code}); it was made with"
            " other settings, which cannot be changed: restore a backup into an empty EIM_HOME"
        )
