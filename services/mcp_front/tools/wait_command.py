"""wait_command: the result of a call that was taken before."""

import msgspec

from services.mcp_front.answers import CommandAnswer
from services.mcp_front.outcomes import command_answer
from services.mcp_front.parameters import DEFAULT_WAIT_MS, CommandId, WaitMs, wait
from services.mcp_front.ports import Caller, Front
from services.mcp_front.tool import Effects, Tool


class Arguments(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which call, and how long to wait."""

    command_id: CommandId
    wait_ms: WaitMs = DEFAULT_WAIT_MS


async def call(front: Front, caller: Caller, given: Arguments) -> CommandAnswer:
    """Answer with the outcome, or with how the call stands after the wait."""
    return command_answer(await front.watch(caller, given.command_id, wait(given.wait_ms)))


TOOL = Tool(
    name="wait_command",
    title="Wait for a command",
    description=(
        "Waits for the result of a call that run_command, send_text, send_keys, open_session, "
        "close_session or request_handoff did not finish in its own wait: it runs, is queued, "
        "or a person has to approve it or to come. Answers as run_command does. Results are kept, "
        "also when this server was restarted, so ask again at any time; 0 ms asks without "
        "waiting. It never runs anything."
    ),
    scope="terminal:read",
    effects=Effects(read_only=True, destructive=False, idempotent=True, open_world=True),
    arguments=Arguments,
    result=CommandAnswer,
    call=call,
)
