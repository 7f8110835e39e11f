"""close_session: ends a terminal, unless something still happens in it."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from events.actions import CloseSession
from services.mcp_front.answers import CallAnswer
from services.mcp_front.outcomes import call_answer
from services.mcp_front.parameters import Targeted
from services.mcp_front.ports import Caller, Front
from services.mcp_front.refusals import unknown_session
from services.mcp_front.tool import Effects, Tool
from services.mcp_front.views import SessionQuery, SessionView


class Arguments(Targeted, frozen=True, kw_only=True):
    """Which session, and how firmly."""

    mode: Annotated[
        Literal["if_idle", "interrupt", "force"],
        Meta(
            description="if_idle closes only at an idle prompt, interrupt stops the running "
            "command first, force ends everything in it."
        ),
    ] = "if_idle"
    dry_run: Annotated[
        bool, Meta(description="Only say what stands in the way; nothing is closed.")
    ] = False


class CloseAnswer(CallAnswer):
    """How the closing stands. A dry run is no call that could be waited for."""

    command_id: Annotated[
        str, Meta(description="Names this call for wait_command, for ever; a dry run has none.")
    ] = ""
    closed: Annotated[bool, Meta(description="Whether the session has ended.")]
    blockers: Annotated[
        tuple[str, ...], Meta(description="What would keep if_idle from closing it.")
    ] = ()


async def call(front: Front, caller: Caller, given: Arguments) -> CloseAnswer:
    """Submit the closing, or only look at what stands in its way."""
    if given.dry_run:
        return await _look(front, caller, given.session_id)
    action = CloseSession(mode=given.mode)
    seen = call_answer(
        await front.submit(caller, given.session_id, action, given.submission(given.session_epoch)),
        CallAnswer,
    )
    return CloseAnswer(closed=seen.status == "completed", **msgspec.structs.asdict(seen))


async def _look(front: Front, caller: Caller, session_id: str) -> CloseAnswer:
    query = SessionQuery(tool="close_session", session_id=session_id, state="any")
    page = await front.sessions(caller, query)
    if not page.sessions:
        raise unknown_session(session_id)
    session = page.sessions[0]
    found = blockers(session)
    return CloseAnswer(
        status="completed",
        session_id=session_id,
        session_epoch=session.epoch,
        seq=page.seq,
        closed=session.state != "open",
        blockers=found,
        hint=_hint(session, found),
    )


def _hint(session: SessionView, found: tuple[str, ...]) -> str:
    if session.state != "open":
        return "This was a dry run. The session has ended already."
    if found:
        return "This was a dry run: nothing was closed."
    return "This was a dry run. if_idle would close it."


def blockers(session: SessionView) -> tuple[str, ...]:
    """Name what happens in a session that closing it would cut off."""
    if session.state != "open":
        return ()
    reasons = (
        (session.running_command_id, f"command {session.running_command_id} is running"),
        (session.queued, f"{session.queued} calls are not done"),
        (session.control == "human", "a person has the keyboard"),
        (session.prompt != "idle", f"the prompt is {session.prompt}: {session.foreground}"),
    )
    return tuple(text for holds, text in reasons if holds)


TOOL = Tool(
    name="close_session",
    title="Close a terminal session",
    description=(
        "Ends a terminal session of yours. With if_idle, the default, it closes only while "
        "nothing runs in it; interrupt stops the running command first; force ends everything in "
        "it, and what is not saved is lost. dry_run says what stands in the way and closes "
        "nothing. An adopted terminal is only let go of: it goes on for the user, whatever the "
        "mode. Do not close a session that the user works in unless they ask for it. What was "
        "printed stays readable with read_output."
    ),
    scope="terminal:run",
    effects=Effects(read_only=False, destructive=True, idempotent=True, open_world=False),
    arguments=Arguments,
    result=CloseAnswer,
    call=call,
)
