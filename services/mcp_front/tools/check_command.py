"""check_command: what the policy would say about a command, without anything coming of it."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from events.actions import RunCommand
from events.base import Value
from events.review import Context
from services.mcp_front.answers import Answer, DecisionNote, Epoch, Hint, Seq
from services.mcp_front.outcomes import decision_note
from services.mcp_front.parameters import SessionId
from services.mcp_front.ports import Caller, Front
from services.mcp_front.tool import Effects, Tool
from services.mcp_front.typeable import check_command
from services.mcp_front.untrusted import label
from services.mcp_front.views import CheckView, Would


class Arguments(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which command, and where."""

    session_id: SessionId
    command: Annotated[
        str, Meta(description="The command, as you would give it to run_command.", min_length=1)
    ]


class ContextNote(Value, omit_defaults=True):
    """The state of the session that the answer rests on."""

    prompt: str = "unknown"
    shell: str = ""
    cwd: str = ""
    foreground_job: str = ""


class CheckAnswer(Answer):
    """What would be said about the command now."""

    would: Annotated[
        Would,
        Meta(
            description="What run_command would do now: run the command at once, wait until a "
            "person approves it, or be blocked, which nobody can approve."
        ),
    ]
    session_id: str
    session_epoch: Epoch = ""
    seq: Seq = 0
    decision: DecisionNote
    code: Annotated[str, Meta(description="Stable code of a refusal.")] = ""
    queued_behind: Annotated[int, Meta(description="Calls that the session takes first.")] = 0
    context: ContextNote
    hint: Hint = ""


HINTS: Final[dict[Would, str]] = {
    "run": "It would run without asking anybody.",
    "wait_for_approval": "A person would have to approve it. Nobody was asked: run_command asks.",
    "be_blocked": "It would be blocked, and nobody can approve it. Reach the goal another way or "
    "ask the user.",
}
_QUEUED: Final = (
    " Calls that come first: {count}. The review takes place when they are done, and may then say "
    "something else."
)
_NOW: Final = (
    " Nothing was typed. This holds only for the session as it is now: run_command reviews the "
    "command again."
)


async def call(front: Front, caller: Caller, given: Arguments) -> CheckAnswer:
    """Answer with what a review would come to now."""
    check_command(given.command)
    view = await front.check(caller, given.session_id, RunCommand(command=given.command))
    return CheckAnswer(
        would=view.would,
        session_id=view.session_id,
        session_epoch=view.epoch,
        seq=view.seq,
        decision=decision_note(view.decision),
        code=view.code,
        queued_behind=view.queued_behind,
        context=_context(view.context),
        hint=_hint(view),
    )


def _context(context: Context) -> ContextNote:
    return ContextNote(
        prompt=context.prompt,
        shell=context.shell,
        cwd=label(context.cwd),
        foreground_job=label(context.foreground),
    )


def _hint(view: CheckView) -> str:
    queued = _QUEUED.format(count=view.queued_behind) if view.queued_behind else ""
    return f"{HINTS[view.would]}{queued}{_NOW}"


TOOL = Tool(
    name="check_command",
    title="Check a command",
    description=(
        "Says what the review would make of a shell command in a session right now, without any "
        "effect: nothing is typed, nobody is asked, no approval is opened. would says whether "
        "run_command would run it at once, wait for a person, or be blocked; decision says why, "
        "in a sentence and rule by rule. Use it to choose between several ways to a goal, not "
        "before every command: run_command reviews anyway. The answer is no permission and holds "
        "only for the session as it is at this moment; after another command it may differ."
    ),
    scope="terminal:read",
    effects=Effects(read_only=True, destructive=False, idempotent=True, open_world=False),
    arguments=Arguments,
    result=CheckAnswer,
    call=call,
)
