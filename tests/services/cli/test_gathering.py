"""The files of the rules as one line."""

import asyncio
from datetime import UTC, datetime

from events.envelope import Envelope
from events.nodes import NodeStopped
from events.policy import PolicyLayerLoaded
from events.recorded import Recorded
from services.cli.gathering import Gathering
from tests.support.terminal_host import until

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
RULES = PolicyLayerLoaded(layer="builtin", path="a.toml", sha256="0", content="")


def recorded(number, event):
    envelope = Envelope(id="i", time=NOW, source="/local/x", actor="x")
    return Recorded(
        sequence=number, subject="evt.local._.fact", event=event, envelope=envelope, stored_at=NOW
    )


async def test_the_files_of_the_rules_are_one_line_once_no_more_of_them_come():
    shown: list[tuple[int, str]] = []
    gathering = Gathering(lambda recorded, said: shown.append((recorded.sequence, said)))
    events = (RULES, RULES, NodeStopped(reason="stopped"), RULES)
    for number, event in enumerate(events, start=1):
        gathering.take(recorded(number, event))
        await asyncio.sleep(0)
    assert shown == [(3, "")]
    await until(lambda: len(shown) == 2)
    assert shown[1] == (4, "the rules are loaded: 3 files")


async def test_one_file_says_itself_which_it_is():
    shown: list[tuple[int, str]] = []
    gathering = Gathering(lambda recorded, said: shown.append((recorded.sequence, said)))
    gathering.take(recorded(1, RULES))
    gathering.flush()
    assert shown == [(1, "")]
