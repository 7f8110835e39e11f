import pytest
import pytest_asyncio

from events.approvals import ApprovalGranted, ApprovalRequested
from events.calls import ToolCallCleared, ToolCallRequested
from projections import terminals
from projections.sinks.sqlite import SqliteFolds
from services.mcp_front import recall as module
from services.mcp_front.recall import Recall
from services.mcp_front.views import Judgement
from services.runtime.log import Draft
from services.runtime.projector import Fold, Projector
from tests.support.facts import RISKY, SAFE, asked, cleared, completed, granted, requested
from tests.support.given import recorded
from tests.support.logs import log_of, running


@pytest.fixture
def file(tmp_path):
    return SqliteFolds(tmp_path / "front.sqlite", "code")


@pytest_asyncio.fixture
async def logs(own_broker):
    """The logs of the front, of the driver and of the reviewer."""
    async with (
        log_of(own_broker, "mcp_front") as front,
        log_of(own_broker, "session_driver") as driver,
        log_of(own_broker, "safety_reviewer") as reviewer,
    ):
        yield front, driver, reviewer


async def happen(logs, *events):
    front, driver, reviewer = logs
    judging = (ToolCallCleared, ApprovalRequested, ApprovalGranted)
    for event in events:
        log = front if isinstance(event, ToolCallRequested) else driver
        log = reviewer if isinstance(event, judging) else log
        last = await log.append(Draft(event=event, actor="test"))
    return last


async def fold_to(log, file, last):
    """Fold the log as the front does, up to `last`; return what it remembers then."""
    projector = Projector(log, Fold(terminals.initial, terminals.evolve), file)
    recall = Recall(log, file)
    with projector.telling(recall.listen):
        async with running(projector.run()):
            await projector.reached(last)
    return recall


async def test_a_call_is_remembered_while_it_is_open(logs, file):
    recall = Recall(logs[0], file)
    recall.listen(recorded(requested(), 1))
    found = await recall.find("c1")
    assert (found.requested, found.fingerprint) == (1, "print of c1")
    assert await recall.outcome("c1") is None


async def test_an_outcome_is_remembered(logs, file):
    recall, end = Recall(logs[0], file), recorded(completed(), 2)
    recall.listen(recorded(requested(), 1))
    recall.listen(end)
    assert await recall.outcome("c1") == end


async def test_a_call_is_found_after_a_restart(logs, file):
    last = await happen(logs, requested("c1"), completed("c1"), requested("c2"))
    await fold_to(logs[0], file, last)
    restarted = Recall(logs[0], file)
    found = await restarted.find("c1")
    assert (found.requested, found.ended) == (1, 2)
    assert (await restarted.outcome("c1")).event == completed("c1")
    assert await restarted.outcome("c2") is None


async def test_a_call_that_pushed_others_out_of_memory_is_still_found(logs, file, monkeypatch):
    monkeypatch.setattr(module, "ENTRIES", 1)
    monkeypatch.setattr(module, "OUTCOMES", 1)
    calls = ["c1", "c2", "c3"]
    events = [step(call_id) for call_id in calls for step in (requested, completed)]
    recall = await fold_to(logs[0], file, await happen(logs, *events))
    assert [(await recall.find(call_id)).call_id for call_id in calls] == calls
    assert [(await recall.outcome(c)).event for c in calls] == [completed(c) for c in calls]


async def test_a_call_that_never_was_is_not_found(logs, file):
    recall = Recall(logs[0], file)
    assert await recall.find("c9") is None
    assert await recall.outcome("c9") is None


async def test_what_a_review_said_is_remembered_without_a_read_of_the_log(file):
    recall = Recall(None, file)
    for sequence, event in enumerate([requested(), asked(), granted(), completed()], 1):
        recall.listen(recorded(event, sequence))
    recall.listen(recorded(requested("c2"), 5))
    calls = [await recall.find("c1"), await recall.find("c2")]
    said = [await recall.judgement(call) for call in calls]
    assert said == [Judgement(decision=RISKY, approval_id="ap-c1"), Judgement()]


async def test_what_a_review_said_is_found_after_a_restart(logs, file):
    both = [requested("c1"), requested("c2"), cleared("c1"), completed("c1")]
    then = [asked("c2"), granted("c2"), completed("c2")]
    await fold_to(logs[0], file, await happen(logs, *both, *then, requested("c3")))
    recall = Recall(logs[0], file)
    calls = [await recall.find(call_id) for call_id in ("c1", "c2", "c3")]
    assert [await recall.judgement(call) for call in calls] == [
        Judgement(decision=SAFE),
        Judgement(decision=RISKY, approval_id="ap-c2"),
        Judgement(),
    ]
