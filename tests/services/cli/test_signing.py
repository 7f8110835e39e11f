"""A person signs at a terminal of their own; what is dangerous runs no other way."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from tests.services.cli.command import Eim, eventually
from tests.services.cli.mcp_client import opened, over_http
from tests.services.cli.on_a_terminal import on_a_terminal
from tests.support.approvers import PASSPHRASE


@pytest.fixture(autouse=True)
def nothing_waits(stack: Eim) -> Iterator[None]:
    """Each test leaves the page empty for the next."""
    yield
    for line in stack("approvals", "--json").stdout.splitlines():
        stack("deny", json.loads(line)["approval_id"])


async def enrolled(stack: Eim) -> None:
    """Have ada's key, made as she makes it."""
    if "ada" in (await asyncio.to_thread(stack, "approvers")).stdout:
        return
    async with on_a_terminal(stack, "enrol", "ada") as ada:
        await ada.until("Passphrase for the new key")
        await ada.type(f"{PASSPHRASE}\r")
        await ada.until("The same again")
        await ada.type(f"{PASSPHRASE}\r")
        await ada.until("ada can sign now")
        assert PASSPHRASE not in ada.seen()
        assert await ada.left() == 0


async def asked(stack: Eim, name: str, command: str) -> str:
    """Have an assistant ask for a command on a file; return the approval's id."""
    file = stack.home.parent / name
    file.touch()
    async with over_http(stack, stack.key()) as client:
        session = await opened(client)
        call = {"session_id": session, "command": f"{command} {file}", "wait_ms": 0}
        await client.call_tool("run_command", call)

    def waits() -> bool:
        return name in stack("approvals").stdout

    assert await asyncio.to_thread(eventually, waits)
    lines = (await asyncio.to_thread(stack, "approvals", "--json")).stdout.splitlines()
    return next(each["approval_id"] for each in map(json.loads, lines) if name in str(each))


async def gone(stack: Eim, name: str) -> bool:
    return await asyncio.to_thread(eventually, lambda: not (stack.home.parent / name).exists())


async def test_what_is_dangerous_is_not_approved_by_a_log_in(stack):
    approval = await asked(stack, "kept", "rm -r")
    refused = await asyncio.to_thread(stack, "approve", approval)
    assert refused.returncode == 2
    assert "eim enrol NAME" in refused.stderr or "run it in a terminal" in refused.stderr
    assert (stack.home.parent / "kept").exists()


async def test_a_signature_lets_it_run_and_is_in_the_log(stack):
    await enrolled(stack)
    approval = await asked(stack, "signed", "rm -r")
    async with on_a_terminal(stack, "approve", approval) as ada:
        await ada.until("needs    your signature")
        await ada.until("Passphrase of")
        await ada.type(f"{PASSPHRASE}\r")
        await ada.until("Approved by")
    assert await gone(stack, "signed")
    granted = (
        await asyncio.to_thread(stack, "events", "--type", "ApprovalGranted", "--json")
    ).stdout
    event = json.loads(granted.splitlines()[-1])["event"]
    assert (event["by"], event["assurance"]) == ("key:ada", "signed")
    assert event["signature"].startswith("-----BEGIN SSH SIGNATURE-----")


async def test_a_wrong_passphrase_approves_nothing(stack):
    await enrolled(stack)
    approval = await asked(stack, "wrong", "rm -r")
    async with on_a_terminal(stack, "approve", approval) as ada:
        await ada.until("Passphrase of")
        await ada.type("another\r")
        await ada.until("does not open this key")
        assert await ada.left() == 2
    assert (stack.home.parent / "wrong").exists()


@pytest.mark.parametrize("change", [("enrol", "eve"), ("revoke", "ada")])
async def test_nobody_changes_the_approvers_without_an_approvers_key(stack, change):
    await enrolled(stack)
    refused = await asyncio.to_thread(stack, *change)
    assert refused.returncode == 2
    assert "run it in a terminal of your own" in refused.stderr
    assert "eve" not in (await asyncio.to_thread(stack, "approvers")).stdout


async def test_the_page_shows_what_comes_and_approves_it_with_one_passphrase(stack):
    await enrolled(stack)
    async with on_a_terminal(stack, "approvals", "--watch") as ada:
        await ada.until("Passphrase of")
        await ada.type(f"{PASSPHRASE}\r")
        for name in ("first", "second"):
            await asked(stack, name, "rm -r")
            await ada.until(f"│ rm -r {stack.home.parent}/{name}")
            while (stack.home.parent / name).exists():
                await ada.type("a")
                await asyncio.sleep(0.5)  # as a person does; the test's own time limit ends it
        await ada.type("q")
        assert await ada.left() == 0


async def test_the_page_denies(stack):
    await enrolled(stack)
    approval = await asked(stack, "denied", "rm -r")
    async with on_a_terminal(stack, "approvals", "--watch") as ada:
        await ada.until("Passphrase of")
        await ada.type(f"{PASSPHRASE}\r")
        await ada.until("│ rm -r")
        while approval in (await asyncio.to_thread(stack, "approvals")).stdout:
            await ada.type("d")
        await ada.until("Denied")
        await ada.type("q")
    assert (stack.home.parent / "denied").exists()
