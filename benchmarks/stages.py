"""Where the time of a call goes, from the times of its events."""

import statistics
from collections import defaultdict

import msgspec

from events.recorded import Recorded

STAGES = {
    "ToolCallCleared": "reviewed",
    "ToolCallStarted": "started",
    "ToolCallCompleted": "printed, recorded, ended",
}
"""What has been done once an event was stated, in the order of a call."""


def stages(log: str) -> dict[str, float]:
    """Return the median milliseconds between the events of calls; `log` has one event a line."""
    spans: dict[str, list[float]] = defaultdict(list)
    before: dict[str, float] = {}
    for line in log.splitlines():
        recorded = msgspec.json.decode(line, type=Recorded)
        call = getattr(recorded.event, "call_id", "")
        now = recorded.envelope.time.timestamp() * 1000
        if (stage := STAGES.get(type(recorded.event).__name__)) and call in before:
            spans[stage].append(now - before[call])
        before[call] = now
    return {stage: statistics.median(took) for stage, took in spans.items()}
