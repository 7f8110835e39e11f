"""interrupt_command: stops the caller's own running command."""

from typing import Annotated

import msgspec
from msgspec import Meta

from services.mcp_front.answers import CallAnswer
from services.mcp_front.outcomes import call_answer
from services.mcp_front.parameters import CommandId
from services.mcp_front.ports import Caller, Front
from services.mcp_front.statuses import STARTED
from services.mcp_front.tool import Effects, Tool
from services.mcp_front.views import InterruptView, Signal

_STOPPED = "It has ended. wait_command(command_id={}) returns its exit code and output."
_RUNNING = (
    "It was sent the key and still runs. Look at it with read_screen; ctrl_backslash is the "
    "stronger signal, and close_session ends everything in the session."
)


class Arguments(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which command, and by which key."""

    command_id: CommandId
    signal: Annotated[
        Signal,
        Meta(
            description="ctrl_c asks to stop, ctrl_d ends the input, ctrl_z suspends, "
            "ctrl_backslash quits hard."
        ),
    ] = "ctrl_c"


class InterruptAnswer(CallAnswer):
    """How the command stands after the key."""

    signal: Signal
    stopped: Annotated[bool, Meta(description="Whether it was seen to have ended.")]

    @property
    def is_error(self) -> bool:
        """Taking a call back is what was asked for, however the call itself ended."""
        return False


async def call(front: Front, caller: Caller, given: Arguments) -> InterruptAnswer:
    """Send the key and say whether the command has really stopped."""
    view = await front.interrupt(caller, given.command_id, given.signal)
    seen = call_answer(view.call, CallAnswer)
    return InterruptAnswer(
        status=seen.status,
        command_id=seen.command_id,
        session_id=seen.session_id,
        session_epoch=seen.session_epoch,
        fidelity=seen.fidelity,
        seq=seen.seq,
        signal=view.signal,
        stopped=view.stopped,
        hint=_hint(view, seen),
    )


def _hint(view: InterruptView, seen: CallAnswer) -> str:
    if not view.stopped:
        return _RUNNING
    return _STOPPED.format(seen.command_id) if seen.status in STARTED else seen.hint


TOOL = Tool(
    name="interrupt_command",
    title="Interrupt a command",
    description=(
        "Interrupts a command that you started and that still runs, and reports whether it has "
        "really ended. Use it when a command hangs, waits for input that will not come, or is no "
        "longer needed. It needs no approval and reaches only your own running command; for keys "
        "in any other program use send_keys."
    ),
    scope="terminal:run",
    effects=Effects(read_only=False, destructive=True, idempotent=True, open_world=False),
    arguments=Arguments,
    result=InterruptAnswer,
    call=call,
)
