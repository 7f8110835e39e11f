"""request_handoff: a person takes the terminal for what an assistant must not type or see."""

from typing import Annotated

from msgspec import Meta, Struct

from events.actions import RequestHandoff
from services.mcp_front.answers import CallAnswer
from services.mcp_front.outcomes import call_answer
from services.mcp_front.parameters import (
    DEFAULT_WAIT_MS,
    RequestId,
    SessionEpoch,
    SessionId,
    WaitMs,
    wait,
)
from services.mcp_front.ports import Caller, Front, Submission
from services.mcp_front.tool import Effects, Tool


class Arguments(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which terminal, and what the person is asked to do in it."""

    session_id: SessionId
    session_epoch: SessionEpoch = ""
    wait_ms: WaitMs = DEFAULT_WAIT_MS
    request_id: RequestId = ""
    reason: Annotated[
        str,
        Meta(
            description="What the person should do there, in one sentence. They read it in the "
            "terminal.",
            min_length=1,
            max_length=200,
        ),
    ]


async def call(front: Front, caller: Caller, given: Arguments) -> CallAnswer:
    """Submit the request and answer when the terminal was returned, or with how it stands."""
    action = RequestHandoff(reason=given.reason)
    options = Submission(
        request_id=given.request_id,
        epoch=given.session_epoch,
        wait_ms=wait(given.wait_ms),
    )
    return call_answer(await front.submit(caller, given.session_id, action, options), CallAnswer)


TOOL = Tool(
    name="request_handoff",
    title="Hand the terminal to a person",
    description=(
        "Asks the user to take a terminal and to return it when they are done: for a password, a "
        "login, a full-screen program, or anything that you should not type. Works while a command "
        "waits for input, such as sudo. While the user has it, nothing is recorded, nothing is "
        "shown to you, and what they type is never stored; the command that ran still gets its "
        "true exit code. awaiting_person means that they were asked or have it: wait_command goes "
        "on waiting. completed means that it was returned, denied that the user will not take it, "
        "timed_out that nobody came."
    ),
    scope="terminal:run",
    effects=Effects(read_only=False, destructive=False, idempotent=True, open_world=False),
    arguments=Arguments,
    result=CallAnswer,
    call=call,
)
