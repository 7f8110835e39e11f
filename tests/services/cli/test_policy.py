"""Why a call was judged so, and what another policy would have said."""

import asyncio
from pathlib import Path

import pytest

from tests.services.cli.command import Eim, eventually
from tests.services.cli.mcp_client import opened, over_http


async def _ask(stack: Eim, *commands: str) -> list[str]:
    async with over_http(stack, stack.key()) as client:
        answers = []
        for command in commands:
            session = await opened(client)
            call = {"session_id": session, "command": command, "wait_ms": 5000}
            answers.append(await client.call_tool("run_command", {**call, "wait_ms": 0}))
        return [each.structured_content["command_id"] for each in answers]


@pytest.fixture(scope="module")
def calls(stack: Eim) -> list[str]:
    """A call that only looks, one that writes, and one that is never done."""
    made = asyncio.run(_ask(stack, "ls /usr", "touch made", "rm -rf /"))
    assert eventually(lambda: "ApprovalRequested" in stack.events())
    assert eventually(lambda: "ToolCallRefused" in stack.events())
    return made


def test_a_past_call_is_explained_by_its_effects_and_rules(stack, calls):
    shown = stack("policy", "explain", calls[1][:9])
    assert shown.returncode == 0, shown.stderr
    assert "tester: run_command touch made" in shown.stdout
    assert "  review    writes made" in shown.stdout
    assert "  effect    write made (" in shown.stdout
    assert "[write-" in shown.stdout


def test_a_call_that_nobody_judged_is_not_explained(stack):
    refused = stack("policy", "explain", "cffffff")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "knows no judgement" in refused.stderr


def candidate(folder: Path, content: str) -> str:
    file = folder / "candidate.toml"
    file.write_text(content)
    return str(file)


def test_a_candidate_that_changes_nothing_says_so(stack, calls, tmp_path):
    shown = stack("policy", "test", candidate(tmp_path, "four_eyes = ['write-*']"))
    assert shown.stdout.startswith("0 of ")


def test_a_candidate_shows_each_decision_that_it_would_change(stack, calls, tmp_path):
    content = "[tiers.list]\notherwise = 'review'"
    before = stack.events()
    shown = stack("policy", "test", candidate(tmp_path, content), "--since", "1h")
    assert f"safe -> review  {calls[0][:9]}  run_command ls /usr" in shown.stdout
    assert "  safe -> review" in shown.stdout.splitlines()[-1]
    assert stack.events() == before


@pytest.mark.parametrize(
    ("content", "since", "told"),
    [
        ("[tiers.reed]\notherwise = 'safe'", "30d", "there is no such effect"),
        ("four_eyes = ['x']", "soon", "no span of time"),
    ],
)
def test_what_cannot_be_tested_is_told(stack, tmp_path, content, since, told):
    refused = stack("policy", "test", candidate(tmp_path, content), "--since", since)
    assert refused.returncode == 2
    assert told in refused.stderr
