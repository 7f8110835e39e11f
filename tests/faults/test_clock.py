"""The wall clock is set back, and what was allowed once must not be typed for that."""

import asyncio
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.test_queue import decided
from tests.npm import missing
from tests.system import System, is_fact


def an_hour_back() -> dict[str, str]:
    """Return the environment of a process whose wall clock is an hour slow; no other is."""
    faketime = shutil.which("faketime")
    if not faketime:
        missing("the faketime command is not there; .ci/run installs it")
    shown = subprocess.run(
        [str(faketime), "-m", "-f", "-1h", "env"], capture_output=True, text=True, check=True
    )
    set_by_it = dict(line.partition("=")[::2] for line in shown.stdout.splitlines())
    wanted = {name: set_by_it[name] for name in ("LD_PRELOAD", "FAKETIME")}
    return wanted | {"DONT_FAKE_MONOTONIC": "1"}


def said_by(environment: dict[str, str]) -> datetime:
    """Return the time that a process in this environment sees."""
    shown = subprocess.run(
        ["/bin/date", "+%s"], env=environment, capture_output=True, text=True, check=True
    )
    return datetime.fromtimestamp(int(shown.stdout), UTC)


async def test_a_clock_that_is_set_back_an_hour_revives_no_old_clearance(
    alone: System, tmp_path: Path
) -> None:
    slow, typed = an_hour_back(), tmp_path / "typed"
    assert 3590 < (datetime.now(UTC) - said_by(slow)).total_seconds() < 3610
    driver, reviewer, _ = alone.services
    async with alone.client() as assistant:
        session = await assistant.session()
        command = await assistant.run(session, f"touch {typed}", wait_ms=1000)
        await driver.kill()
        opening = await assistant.call("open_session", wait_ms=0)
        await decided(alone, command["approval_id"], "grant")
    ids = command["command_id"], opening["command_id"]
    granted = await alone.until(is_fact("ApprovalGranted", call_id=ids[0]))
    cleared = await alone.until(is_fact("ToolCallCleared", call_id=ids[1]))
    await reviewer.stop()  # it would say that both have lapsed
    await until_after(max(granted.event.valid_until, cleared.event.valid_until))

    alone.settings |= slow
    await alone.start("session_driver")
    for call_id in ids:
        rejected = await alone.until(is_fact("ToolCallRejected", call_id=call_id))
        assert rejected.event.code == "clearance_expired"
        assert "ToolCallStarted" not in await alone.of_call(call_id)
    assert not typed.exists()


async def until_after(end: datetime) -> None:
    """Wait for the end of a clearance, which is half a minute away at most."""
    left = (end - datetime.now(UTC)).total_seconds()
    async with asyncio.timeout(40):
        await asyncio.sleep(left + 0.01)
