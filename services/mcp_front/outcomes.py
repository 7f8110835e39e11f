"""Builds the answers of tools from what is known about a call."""

from msgspec import UNSET, UnsetType
from msgspec.structs import asdict, replace

from events.base import Sealed
from events.calls import Output, ToolCallCompleted, ToolCallRefused
from events.review import Decision
from services.mcp_front.answers import (
    CallAnswer,
    CommandAnswer,
    CompletionNote,
    DecisionNote,
    InputAnswer,
    PrintedOutput,
)
from services.mcp_front.hints import hint_of
from services.mcp_front.statuses import STARTED, never_opened, status_of
from services.mcp_front.untrusted import shown
from services.mcp_front.views import CallView


def command_answer(call: CallView) -> CommandAnswer:
    """Answer with how a command stands and what it printed."""
    answer = call_answer(call, CommandAnswer)
    if answer.status not in STARTED:
        return answer
    output = printed(_output(call), call.cursor)
    answer = replace(answer, untrusted_output=output, hint=answer.hint or _more(call, output))
    if not isinstance(call.outcome, ToolCallCompleted):
        return answer
    end = call.outcome
    return replace(
        answer,
        exit_code=UNSET if end.exit_code is None else end.exit_code,
        duration_ms=end.duration_ms,
        completion=CompletionNote(source=end.completion.source, confirmed=end.completion.confirmed),
    )


def input_answer(call: CallView, size: int) -> InputAnswer:
    """Answer with how typing so many bytes stands."""
    answer = call_answer(call, InputAnswer)
    if answer.status != "completed":
        return answer
    hint = "Typed. read_screen shows what the program made of it."
    return replace(answer, hint=hint, sent_bytes=size)


def call_answer[A: CallAnswer](call: CallView, answer: type[A]) -> A:
    """Fill in what all calls have."""
    status = status_of(call)
    return answer(
        status=status,
        command_id=call.call_id,
        session_id="" if never_opened(call) else call.session_id,
        session_epoch=call.epoch,
        fidelity=call.fidelity,
        seq=call.seq,
        hint=_outcome_text(call, "notice") or hint_of(call, status),
        queued_behind=call.queued_behind,
        approval_id=call.approval_id,
        expires_at=call.expires_at.isoformat() if call.expires_at else "",
        decided_by=_outcome_text(call, "by"),
        code=_outcome_text(call, "code"),
        reason=_outcome_text(call, "reason"),
        decision=_judgement(call),
    )


def printed(output: Output, cursor: str) -> PrintedOutput:
    """Show the two ends of what a command printed, with exact counts of the rest."""
    return PrintedOutput(
        head=shown(output.head),
        tail=shown(output.tail),
        total_lines=output.total_lines,
        total_bytes=output.total_bytes,
        omitted_lines=output.omitted_lines,
        dropped_bytes=output.dropped_bytes,
        concealed=output.concealed,
        cursor=cursor,
    )


def _output(call: CallView) -> Output:
    end = None if call.outcome is None else asdict(call.outcome).get("output")
    return end if isinstance(end, Output) else call.output


def _more(call: CallView, output: PrintedOutput) -> str:
    if not output.omitted_lines:
        return ""
    return (
        f"{output.omitted_lines} of {output.total_lines} lines are left out: "
        f"read_output(command_id={call.call_id}) pages through all of them."
    )


def _outcome_text(call: CallView, field: str) -> str:
    value = "" if call.outcome is None else asdict(call.outcome).get(field, "")
    return shown(value) if isinstance(value, str | Sealed) else ""


def _judgement(call: CallView) -> DecisionNote | UnsetType:
    """Show what the review said; by which policy matters no more once it was let through."""
    if call.decision is None:
        return UNSET
    note = decision_note(call.decision)
    let_through = call.outcome and not isinstance(call.outcome, ToolCallRefused)
    return replace(note, policy_version="") if let_through else note


def decision_note(decision: Decision) -> DecisionNote:
    """Show what the policy said."""
    return DecisionNote(
        tier=decision.tier,
        summary=shown(decision.summary),
        rules=tuple(f"{found.rule}: {found.text}" for found in decision.findings),
        policy_version=decision.policy_version,
    )
