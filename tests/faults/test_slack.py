"""Questions in Slack and answers from it, with Slack's API played by a server of ours."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from tests.faults.conftest import ALL
from tests.faults.test_queue import decided
from tests.support.slack import (
    CHANNEL,
    SECRET,
    TOKEN,
    Workspace,
    pressed,
    sent,
    signed,
    workspace,
)
from tests.system import Assistant, Result, Service, System, is_fact

COMMAND = "touch -c nothing"


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[Workspace]:
    """Slack."""
    async with workspace() as slack:
        yield slack


@pytest_asyncio.fixture
async def connected(system: System, slack: Workspace) -> System:
    """All services, and the notifier as the last of them."""
    system.settings = {
        "EIM_NOTIFICATIONS_SLACK_CHANNEL": CHANNEL,
        "EIM_NOTIFICATIONS_SLACK_TOKEN": TOKEN,
        "EIM_NOTIFICATIONS_SLACK_SIGNING_SECRET": SECRET,
        "EIM_NOTIFICATIONS_SLACK_APPROVERS": "U0ADA=ada",
        "EIM_NOTIFICATIONS_SLACK_PORT": "0",
        "EIM_NOTIFICATIONS_SLACK_URL": slack.url,
    }
    await system.start(*ALL)
    await system.start("notifier")
    return system


def notifier(system: System) -> Service:
    """Return the notifier; it said where Slack is answered."""
    return system.services[-1]


async def until(wanted: Callable[[], object]) -> None:
    """Wait until Slack was told."""
    async with asyncio.timeout(20):
        while not wanted():  # noqa: ASYNC110 - a thread of the client tells nobody
            await asyncio.sleep(0.02)


async def asked(assistant: Assistant, slack: Workspace, command: str = COMMAND) -> Result:
    """Ask for something that a person has to agree to, and wait until it is in Slack."""
    session, before = await assistant.session(), len(slack.messages)
    call = await assistant.run(session, command, wait_ms=500)
    await until(lambda: len(slack.messages) > before)
    return await assistant.call("wait_command", command_id=call["command_id"], wait_ms=0)


async def ended(assistant: Assistant, call: Result) -> Result:
    """Return how it ended."""
    return await assistant.call("wait_command", command_id=call["command_id"], wait_ms=20000)


async def test_a_button_in_slack_lets_a_command_run(connected: System, slack: Workspace) -> None:
    async with connected.client() as assistant:
        call = await asked(assistant, slack)
        body = pressed("grant", call["approval_id"])
        assert await sent(notifier(connected).said, body) == 200
        assert (await ended(assistant, call))["status"] == "completed"
        await until(lambda: not slack.about(call["approval_id"]))
        await assistant.close_all()
    granted = await connected.until(is_fact("ApprovalGranted"))
    assert (granted.event.by, granted.event.assurance) == ("slack:ada", "authenticated")
    [message] = slack.messages.values()
    assert message["text"] == "Approved by slack:ada."


async def test_a_button_in_slack_refuses_a_command(connected: System, slack: Workspace) -> None:
    async with connected.client() as assistant:
        call = await asked(assistant, slack)
        assert await sent(notifier(connected).said, pressed("deny", call["approval_id"])) == 200
        done = await ended(assistant, call)
        await assistant.close_all()
    assert (done["status"], done["decided_by"]) == ("denied", "slack:ada")


async def test_a_message_says_what_was_decided_elsewhere(
    connected: System, slack: Workspace
) -> None:
    async with connected.client() as assistant:
        call = await asked(assistant, slack)
        await decided(connected, call["approval_id"], "grant")
        await until(lambda: not slack.about(call["approval_id"]))
        await sent(notifier(connected).said, pressed("deny", call["approval_id"]))
        await until(lambda: slack.calls[-1][0] == "chat.postEphemeral")
        assert (await ended(assistant, call))["status"] == "completed"
        await assistant.close_all()
    assert "no open approval" in slack.calls[-1][1]["text"]


async def test_only_slack_and_only_approvers_decide(connected: System, slack: Workspace) -> None:
    url = notifier(connected).said
    async with connected.client() as assistant:
        call = await asked(assistant, slack)
        mine = pressed("grant", call["approval_id"])
        stranger = pressed("grant", call["approval_id"], "U0EVE")
        assert await sent(url, mine, signed(mine, secret="guessed")) == 401
        assert await sent(url, mine, signed(mine, at=time.time() - 600)) == 401
        assert await sent(url, mine, signed(stranger)) == 401
        assert await sent(url, b"payload=%7B%7D") == 400
        assert await sent(url, b"x" * 300_000) == 413
        assert await sent(url, stranger) == 200
        await until(lambda: slack.calls[-1][0] == "chat.postEphemeral")
        assert slack.calls[-1][1]["user"] == "U0EVE"
        still = await assistant.call("wait_command", command_id=call["command_id"], wait_ms=0)
        assert still["status"] == "awaiting_approval"
        await assistant.close_all()


async def test_a_request_of_slack_counts_once(connected: System, slack: Workspace) -> None:
    async with connected.client() as assistant:
        call = await asked(assistant, slack)
        body = pressed("grant", call["approval_id"])
        headers = signed(body)
        answers = [await sent(notifier(connected).said, body, headers) for _ in range(2)]
        await assistant.close_all()
    assert answers == [200, 401]


async def test_what_is_dangerous_is_announced_and_not_decided_in_slack(
    connected: System, slack: Workspace
) -> None:
    async with connected.client() as assistant:
        call = await asked(assistant, slack, "rm -r not-there")
        assert call["decision"]["tier"] == "dangerous"
        [message] = slack.messages.values()
        assert "it takes a signature" in message["text"]
        assert "not-there" not in str(message)
        await sent(notifier(connected).said, pressed("grant", call["approval_id"]))
        await until(lambda: slack.calls[-1][0] == "chat.postEphemeral")
        still = await assistant.call("wait_command", command_id=call["command_id"], wait_ms=0)
        assert still["status"] == "awaiting_approval"
        await assistant.close_all()


@pytest.mark.parametrize("meanwhile", ["nothing", "decided"])
async def test_a_restart_posts_nothing_twice_and_leaves_no_stale_buttons(
    connected: System, slack: Workspace, meanwhile: str
) -> None:
    async with connected.client() as assistant:
        call = await asked(assistant, slack)
        await notifier(connected).kill()
        if meanwhile == "decided":
            await decided(connected, call["approval_id"], "deny")
        await connected.start("notifier")
        if meanwhile == "decided":
            await until(lambda: not slack.about(call["approval_id"]))
        later = await asked(assistant, slack)
        assert len(slack.messages) == 2
        assert len(slack.about(later["approval_id"])) == 1
        await assistant.close_all()


async def test_without_slack_everything_else_goes_on(connected: System, slack: Workspace) -> None:
    connected.settings["EIM_NOTIFICATIONS_SLACK_TOKEN"] = "xoxb-revoked"
    await notifier(connected).kill()
    await connected.start("notifier")
    async with connected.client() as assistant:
        call = await assistant.run(await assistant.session(), COMMAND, wait_ms=500)
        await decided(connected, call["approval_id"], "grant")
        done = await ended(assistant, call)
        await assistant.close_all()
    assert (done["status"], slack.messages) == ("completed", {})
    assert notifier(connected).process.returncode is None
