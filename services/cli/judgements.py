"""What was asked for and how it was judged, as the log tells, and what another policy would say."""

from collections.abc import AsyncGenerator, Iterable, Iterator
from datetime import datetime

import msgspec

from events.actions import Action
from events.approvals import ApprovalRequested
from events.calls import ToolCallCleared, ToolCallRefused, ToolCallRequested
from events.recorded import Recorded
from events.review import Context, Decision, Tier
from services.cli.query import Query
from services.cli.reading import matching
from services.policy.review import review
from services.policy.rules import Rules
from services.runtime.log import Log

type Judging = ToolCallCleared | ToolCallRefused | ApprovalRequested
JUDGED = (ToolCallRequested, ToolCallCleared, ToolCallRefused, ApprovalRequested)


class Judgement(msgspec.Struct, frozen=True):
    """One call: what was asked, where, and what was decided. `sequence` is that of the decision."""

    call_id: str
    sequence: int
    principal: str
    action: Action
    context: Context
    decision: Decision


class Change(msgspec.Struct, frozen=True):
    """A call that another policy would judge in another way."""

    before: Judgement
    after: Decision


async def judgements(log: Log, query: Query, since: datetime) -> AsyncGenerator[Judgement]:
    """Yield what was judged since then, oldest first."""
    asked: dict[str, ToolCallRequested] = {}
    async for recorded in matching(log, query):
        if found := _judgement(recorded, asked, since):
            yield found


def _judgement(
    recorded: Recorded, asked: dict[str, ToolCallRequested], since: datetime
) -> Judgement | None:
    match recorded.event:
        case ToolCallRequested() as event:
            asked[event.call_id] = event
        case (ToolCallCleared() | ToolCallRefused() | ApprovalRequested()) as event:
            request = asked.pop(event.call_id, None)
            if request and recorded.envelope.time >= since:
                return _of(request, event, recorded.sequence)
        case _:
            pass
    return None


def _of(request: ToolCallRequested, judging: Judging, sequence: int) -> Judgement:
    return Judgement(
        call_id=request.call_id,
        sequence=sequence,
        principal=request.principal,
        action=request.action,
        context=judging.context,
        decision=judging.decision,
    )


def changes(judged: Iterable[Judgement], rules: Rules) -> Iterator[Change]:
    """Yield each call that these rules would put into another tier; nothing is carried out.

    What was refused for another reason than a review, such as a session that was gone, is left out.
    """
    for each in judged:
        if each.decision.engine == "none":
            continue
        after = review(each.context, each.action, rules)
        if after.tier != each.decision.tier:
            yield Change(each, after)


def moves(found: Iterable[Change]) -> dict[tuple[Tier, Tier], int]:
    """Count the changes by tier before and after."""
    counted: dict[tuple[Tier, Tier], int] = {}
    for each in found:
        move = (each.before.decision.tier, each.after.tier)
        counted[move] = counted.get(move, 0) + 1
    return counted
