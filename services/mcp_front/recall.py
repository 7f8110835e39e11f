"""What the front remembers of calls that ended: the newest in memory, every other in its file."""

import asyncio
from collections import OrderedDict

from events.approvals import ApprovalRequested
from events.base import SessionEvent
from events.calls import ToolCallCleared
from events.recorded import Recorded
from events.subjects import EVENTS, fact, token
from projections.history import Ended, Entry, entry
from projections.sinks.sqlite import SqliteFolds
from services.mcp_front.views import Judgement
from services.runtime.log import Log

ENTRIES, JUDGEMENTS, OUTCOMES = 4_000, 1_000, 200
"""How many calls, what was said of how many, and how many whole outcomes stay in memory."""
AHEAD = 32
"""How many judgements of other calls of a session may come between a request and its own."""


class Recall:
    """Finds any call of the past. Fed with every event that the projector folds."""

    def __init__(self, log: Log, file: SqliteFolds) -> None:
        self._log = log
        self._file = file
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._judgements: OrderedDict[str, Judgement] = OrderedDict()
        self._outcomes: OrderedDict[str, Recorded] = OrderedDict()

    def listen(self, recorded: Recorded) -> None:
        """Remember what this event says about a call."""
        news = entry(recorded)
        if isinstance(news, Entry):
            self._entries.setdefault(news.call_id, news)
            _keep(self._entries, ENTRIES)
            # whoever heard the request hears the judgement too, or there is none
            self._judgements.setdefault(news.call_id, Judgement())
            _keep(self._judgements, JUDGEMENTS)
        elif isinstance(news, Ended):
            self._outcomes[news.call_id] = recorded
            _keep(self._outcomes, OUTCOMES)
        elif said := _judgement(recorded):
            self._judgements[said[0]] = said[1]
            _keep(self._judgements, JUDGEMENTS)

    async def find(self, call_id: str) -> Entry | None:
        """Return the call, however long ago it was."""
        return self._entries.get(call_id) or await self._file.find(call_id)

    async def outcome(self, call_id: str) -> Recorded | None:
        """Return the event that ended the call. Raises LogUnavailable."""
        if recorded := self._outcomes.get(call_id):
            return recorded
        found = await self._file.find(call_id)
        if found is None or not found.ended:
            return None
        return await self._log.get(found.ended)

    async def judgement(self, call: Entry) -> Judgement:
        """Return what the review said of the call. Raises LogUnavailable."""
        if (known := self._judgements.get(call.call_id)) is not None:
            return known
        reads = (
            self._log.read(call.requested, _facts(call.session_id, kind), AHEAD) for kind in _SAYING
        )
        batches = await asyncio.gather(*reads)
        said = dict(filter(None, (_judgement(each) for batch in batches for each in batch)))
        judgement = said.get(call.call_id, Judgement())
        self._judgements[call.call_id] = judgement
        _keep(self._judgements, JUDGEMENTS)
        return judgement


def _keep[V](items: OrderedDict[str, V], limit: int) -> None:
    while len(items) > limit:
        items.popitem(last=False)


_SAYING = (ToolCallCleared, ApprovalRequested)
"""The events that say what the review found; a refusal is an outcome."""


def _judgement(recorded: Recorded) -> tuple[str, Judgement] | None:
    match recorded.event:
        case ToolCallCleared() as event:
            return event.call_id, Judgement(decision=event.decision)
        case ApprovalRequested() as event:
            said = Judgement(decision=event.decision, approval_id=event.approval_id)
            return event.call_id, said
        case _:
            return None


def _facts(session_id: str, kind: type[SessionEvent]) -> str:
    return f"{EVENTS}.*.{token(session_id)}.{fact(kind)}"
