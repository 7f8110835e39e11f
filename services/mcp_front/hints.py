"""What to do next, for each way a call can stand. Models follow these words, so they are exact."""

from typing import Final

from events.approvals import ApprovalWithdrawn
from events.calls import ToolCallFailed, ToolCallRefused, ToolCallRejected
from events.lifecycle import REVIEWER, State
from services.mcp_front.answers import Status
from services.mcp_front.statuses import never_opened
from services.mcp_front.views import HANDOFF, CallView

HINTS: Final[dict[Status, str]] = {
    "completed": "",
    "running": "It runs on. wait_command(command_id={command}) waits for its end and "
    "interrupt_command stops it. Do not send it again.",
    "queued": "{nothing} It waits for its turn: wait_command(command_id={command}) goes on "
    "waiting. Do not send it again.",
    "awaiting_input": "The program waits for input: read_screen shows what it asks. Answer with "
    "send_text or send_keys, or stop it with interrupt_command. A password is typed by the user, "
    "never by you.",
    "awaiting_approval": "Waiting for a human. {nothing} Tell the user to approve it with: "
    "eim approve {approval}. Then call wait_command(command_id={command}). Do not send it again.",
    "awaiting_person": "The user is asked to take the terminal: tell them to run eim attach "
    "{session}. wait_command(command_id={command}) waits until they return it; interrupt_command "
    "takes the request back as long as nobody came. Until then nothing is shown to you.",
    "denied": "The user refused this. {nothing} Do not retry or rephrase it; ask what to do "
    "instead.",
    "expired": "Nobody answered in time. {nothing} Silence is no consent. Ask the user whether "
    "to request it again.",
    "blocked": "Blocked by the policy{rules}. {nothing} It cannot be approved. Reach the goal "
    "another way or ask the user.",
    "rejected": "The terminal was no longer as it was reviewed. {nothing} Look at it with "
    "read_screen, then decide again.",
    "withdrawn": "It was taken back before it started. {nothing}",
    "interrupted": "It was interrupted and has ended.",
    "timed_out": "It ran longer than its timeout_ms and was stopped.",
    "failed": "It started and could not be carried out to its end. Check read_screen before "
    "repeating it.",
    "session_lost": "The terminal is gone. What ran after the shown output is not known: check "
    "in another session before repeating it.",
    "unknown": "It was sent, but its result was not observed. Check read_output before "
    "repeating it.",
}

_NOTHING: Final[dict[str, str]] = {
    "run_command": "Nothing has run.",
    "open_session": "No session was opened.",
    "close_session": "The session was not closed.",
    "adopt_session": "The terminal was left alone.",
}

_UNOPENED = "{nothing} The reason says what to change; then ask for it again."
_OF_FAILURES: Final[dict[str, str]] = {
    "no_such_directory": "{nothing} Give as cwd the full path of a directory that exists (a "
    "relative one counts from the user's home), or leave it out; then ask for it again.",
    "no_such_shell": "{nothing} Give the full path of a shell that exists, or leave shell out for "
    "the user's own; then ask for it again.",
    "too_many_sessions": "{nothing} list_sessions shows which of yours you could close; then ask "
    "for it again.",
    "no_such_target": '{nothing} list_sessions(state="adoptable") shows what can be adopted now.',
    "session_busy": "{nothing} list_sessions shows what runs in it: wait until that has ended, or "
    "stop it; then ask for it again.",
    "context_changed": "{nothing} Look with read_screen, then decide again.",
    "not_started": "{nothing} You may ask for it again.",
    "write_stalled": "Only a part of it was typed. Look with read_screen at what stands there "
    "before you type anything else.",
    "timed_out": "It was told to stop and still runs. Look with read_screen; stop it with "
    "send_keys, or close the session with mode force.",
}
"""By the code of a failure, where it says better than the status what to do."""
_OF_REFUSALS: Final[dict[str, str]] = {
    "blocked": HINTS["blocked"],
    "read_only": "Only what looks is done here: mode read-only. {nothing} It cannot be approved. "
    "Reach the goal by looking, or tell the user what you would have done: they can change the "
    "mode, safety.mode or that of a rule file, and start again.",
    "unattended": "Nobody is there to approve it: mode unattended. {nothing} Reach the goal by "
    "what needs no approval, or leave it and tell the user what was left undone: they can change "
    "the mode, safety.mode or that of a rule file, and start again.",
    "too_many_approvals": "It would wait for a person, and too many calls do already. {nothing} "
    "Tell the user to decide about those first (eim approvals); take back what you no longer need "
    "with interrupt_command; then ask for it again.",
}
"""By the code of a refusal; any other says that the session is not as the caller saw it."""
_LAPSED = "It could not be started in time. {nothing} Ask the user whether to request it again."
_UNFIT = "{why} {nothing} Look with list_sessions and read_screen, then decide again."
_CONTROLLED = (
    "A person has control of the terminal. {nothing} Ask the user to return it (eim return "
    "{session}), or call request_handoff, which waits until they do; then decide again."
)
_HANDED: Final[dict[Status, str]] = {
    "completed": "The user had the terminal and returned it. What they did was not recorded: look "
    "with read_screen before you go on.",
    "denied": "The user does not take the terminal. Ask what to do instead.",
    "timed_out": "Nobody took the terminal in time. Ask the user whether to request it again.",
    "interrupted": "The request was taken back.",
}
_DROPPED = "The session ended before anybody answered. {nothing} Ask again in another session."


_ATTACH = "The user can watch it, and type in it, with: {attach}"
_OF_TOOLS: Final[dict[tuple[str, Status], str]] = {
    **{(HANDOFF, status): said for status, said in _HANDED.items()},
}


def hint_of(call: CallView, status: Status) -> str:
    """Say what to do about a call that stands like this."""
    text = _ATTACH if status == "completed" and call.attach else _said(call, status)
    return text.format(
        nothing=_NOTHING.get(call.tool, "Nothing was typed."),
        command=call.call_id,
        session=call.session_id,
        approval=call.approval_id,
        rules=_rules(call),
        attach=call.attach,
        why=call.decision.summary if call.decision else "",
    )


def _said(call: CallView, status: Status) -> str:
    if own := _OF_TOOLS.get((call.tool, status)) or _of_failure(call):
        return own
    if _met_a_person(call):
        return _CONTROLLED
    if call.state is State.LAPSED or (status == "expired" and not call.approval_id):
        return _LAPSED
    if isinstance(call.outcome, ApprovalWithdrawn) and call.outcome.by == REVIEWER:
        return _DROPPED
    if isinstance(call.outcome, ToolCallRefused):
        return _OF_REFUSALS.get(call.outcome.code, _UNFIT)
    return HINTS[status]


def _of_failure(call: CallView) -> str:
    if not isinstance(call.outcome, ToolCallFailed):
        return ""
    return _OF_FAILURES.get(call.outcome.code, _UNOPENED if never_opened(call) else "")


def _met_a_person(call: CallView) -> bool:
    ending = call.outcome
    refused = isinstance(ending, ToolCallRejected | ToolCallFailed)
    return refused and ending.code == "control_with_person"


def _rules(call: CallView) -> str:
    if call.decision is None or not call.decision.findings:
        return ""
    return f" ({'; '.join(f'{found.rule}: {found.text}' for found in call.decision.findings)})"
