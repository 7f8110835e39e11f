"""Modes, rule files of workspaces and limits, in a whole system."""

from pathlib import Path

import pytest

from tests.faults.conftest import ALL
from tests.faults.test_queue import decided
from tests.system import System, is_fact

WRITE = "touch made"


@pytest.mark.parametrize(
    ("mode", "code"), [("unattended", "unattended"), ("read-only", "read_only")]
)
async def test_a_mode_refuses_at_once_what_would_ask_and_says_so(
    system: System, mode: str, code: str
) -> None:
    system.settings = {"EIM_SAFETY_MODE": mode}
    await system.start(*ALL)
    async with system.client() as assistant:
        session = await assistant.session()
        looked = await assistant.run(session, "ls /")
        refused = await assistant.run(session, WRITE)
    assert (looked["status"], refused["status"], refused["code"]) == ("completed", "blocked", code)
    assert f"mode {mode}" in refused["hint"]
    assert "safety.mode" in refused["hint"]
    assert await system.facts(is_fact("ApprovalRequested")) == []


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A folder whose own rules refuse whatever writes."""
    folder = tmp_path / "workspace"
    (folder / ".eim").mkdir(parents=True)
    (folder / ".eim" / "policy.toml").write_text("mode = 'read-only'")
    return folder


async def test_the_rules_of_a_workspace_bind_the_sessions_in_it_and_no_others(
    system: System, workspace: Path, tmp_path: Path
) -> None:
    system.settings = {"EIM_SAFETY_WORKSPACES": str(workspace)}
    await system.start(*ALL)
    async with system.client() as assistant:
        inside = await assistant.session(cwd=str(workspace))
        outside = await assistant.session(cwd=str(tmp_path))
        assert (await assistant.run(inside, "ls"))["status"] == "completed"
        assert (await assistant.run(inside, WRITE))["code"] == "read_only"
        assert (await assistant.run(outside, WRITE, wait_ms=0))["status"] in {
            "queued", "awaiting_approval",
        }  # fmt: skip
        await system.until(is_fact("ApprovalRequested", session_id=outside))
        own = await assistant.run(inside, "cat .eim/policy.toml")
        assert (own["code"], "own-place" in str(own["decision"])) == ("blocked", True)
    [stored] = await system.facts(is_fact("PolicyLayerLoaded", layer="workspace"))
    assert (stored.event.path, stored.event.content) == (
        f"{workspace}/.eim/policy.toml", "mode = 'read-only'",
    )  # fmt: skip


async def test_what_the_rules_of_a_workspace_ask_about_runs_once_it_is_approved(
    system: System, workspace: Path
) -> None:
    (workspace / ".eim" / "policy.toml").write_text("[tiers.list]\notherwise = 'review'")
    system.settings = {"EIM_SAFETY_WORKSPACES": str(workspace)}
    await system.start(*ALL)
    async with system.client() as assistant:
        session = await assistant.session(cwd=str(workspace))
        asked = await assistant.run(session, "ls /usr", wait_ms=0)
        question = await system.until(is_fact("ApprovalRequested"))
        await decided(system, question.event.approval_id, "grant")
        done = await assistant.call("wait_command", command_id=asked["command_id"], wait_ms=20000)
    assert (done["status"], done["exit_code"]) == ("completed", 0)


async def test_a_client_that_asks_too_fast_is_told_when_to_ask_again(system: System) -> None:
    system.settings = {
        "EIM_PERFORMANCE_MAX_REQUESTS_PER_MINUTE": "3",
        "EIM_PERFORMANCE_MAX_READS_PER_MINUTE": "2",
    }
    await system.start(*ALL)
    async with system.client() as assistant:
        session = await assistant.session()
        ran = [await assistant.run(session, f"echo {number}") for number in range(3)]
        looked = [await assistant.call("read_screen", session_id=session) for _ in range(3)]
    assert [each.get("status") for each in ran] == ["completed", "completed", None]
    for last in (ran[-1]["error"], looked[-1]["error"]):
        assert (last["code"], last["next_step"][:5]) == ("rate_limited", "Wait ")
    assert "error" not in looked[1]
    assert len(await system.facts(is_fact("ToolCallRequested"))) == 3


async def test_over_the_cap_of_open_approvals_a_call_is_refused(system: System) -> None:
    system.settings = {"EIM_SAFETY_MAX_OPEN_APPROVALS_PER_CLIENT": "1"}
    await system.start(*ALL)
    async with system.client() as assistant:
        sessions = [await assistant.session(), await assistant.session()]
        await assistant.run(sessions[0], WRITE, wait_ms=0)
        await system.until(is_fact("ApprovalRequested"))
        refused = await assistant.run(sessions[1], WRITE)
        looked = await assistant.run(sessions[1], "ls /")
    assert (refused["code"], looked["status"]) == ("too_many_approvals", "completed")
    assert "eim approvals" in refused["hint"]
