"""One question that waits for a person, as it is shown before a decision."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, assert_never

from events.actions import (
    Action,
    AdoptSession,
    CloseSession,
    OpenSession,
    RequestHandoff,
    RunCommand,
    SendKeys,
    SendText,
    SessionAction,
)
from events.base import SealedTextError, Text
from events.review import Context
from services.contract.approval import OpenApproval
from services.policy.keystrokes import CannotType, keystrokes
from services.words.visible import one_line, visible

WHOLE: Final = 1_000_000
"""Nothing that a person agrees to is cut: the digest is of all of it."""


def shown(question: OpenApproval) -> str:
    """Return what would be done, where, for whom, and why it is asked."""
    return "\n".join([f"{one_line(question.approval_id)}  {_left(question)}", *_details(question)])


def _details(question: OpenApproval) -> Iterator[str]:
    context, decision = question.context, question.decision
    yield from _acts(question.action, context)
    yield _row("why", f"{decision.tier}: {one_line(decision.summary, 200)}")
    for finding in decision.findings:
        yield _row("", f"{one_line(finding.text, 200)} [{one_line(finding.rule)}]")
    yield from _needs(question)
    yield _row("who", one_line(question.principal))
    if question.reason:
        yield _row("says", f"(the assistant's own words, unchecked) {_claim(question.reason)}")
    yield _row("where", f"session {one_line(question.session_id)}, {one_line(context.cwd, 300)}")
    if context.shell or context.foreground:
        running = f", in front: {one_line(context.foreground)}" if context.foreground else ""
        yield _row("", f"{one_line(context.shell)}, prompt {context.prompt}{running}")
    yield _row("call", one_line(question.call_id))


def _needs(question: OpenApproval) -> Iterator[str]:
    if question.assurance == "signed":
        yield _row("needs", "your signature")
    if question.decision.approvers > 1:
        agreed = ", ".join(map(one_line, question.agreed)) or "nobody yet"
        yield _row("needs", f"{question.decision.approvers} persons; agreed so far: {agreed}")


def _claim(reason: Text) -> str:
    """Spaces in a row could push what follows to the next line, where it would pose as ours."""
    return " ".join(one_line(reason, 500).split())


def _acts(action: Action, context: Context) -> Iterator[str]:
    match action:
        case RunCommand():
            yield from _types(action.command, f"and presses Enter ({_size(action, context)})")
        case SendText():
            enter = "presses" if action.submit else "does not press"
            yield from _types(action.text, f"and {enter} Enter ({_size(action, context)})")
        case SendKeys():
            yield _row("presses", one_line(" ".join(action.keys), WHOLE))
        case OpenSession() | CloseSession() | AdoptSession() | RequestHandoff():
            yield from _does(action, context)
        case _:
            assert_never(action)


def _does(action: SessionAction, context: Context) -> Iterator[str]:
    match action:
        case OpenSession():
            yield from _opens(action)
        case CloseSession():
            yield _row("closes", f"session {context.session_id}, mode {action.mode}")
        case AdoptSession():
            target = f"{action.backend} {one_line(action.target, WHOLE)}"
            yield _row("adopts", f"{target}, a person's terminal{_named(action.name)}")
        case RequestHandoff():
            yield _row("asks", f"you to take the terminal: {one_line(action.reason, WHOLE)}")


def _types(text: Text, then: str) -> Iterator[str]:
    """A bar before each line tells the lines of the text from ours."""
    for number, each in enumerate(visible(text).split("\n")):
        yield _row("" if number else "types", f"│ {each}")
    yield _row("", then)


def _opens(action: OpenSession) -> Iterator[str]:
    shell = one_line(action.shell, WHOLE) or "the default shell"
    where = one_line(action.cwd, WHOLE) or "the home folder"
    yield _row("opens", f"{shell} in {where}, {action.backend}{_named(action.name)}")
    if action.placement != "background":
        profile, beside = one_line(action.profile, WHOLE), one_line(action.split_from, WHOLE)
        yield _row("", f"shown in iTerm2: {action.placement}, profile {profile or 'the default'}")
        yield from [_row("", f"beside {beside}")] if beside else []
    for name, value in action.env.items():
        yield _row("", f"with {one_line(name, WHOLE)}={one_line(value, WHOLE)}")


def _named(name: str) -> str:
    return f", named {one_line(name, WHOLE)}" if name else ""


def _size(action: Action, context: Context) -> str:
    try:
        return f"{len(keystrokes(action, context))} bytes"
    except (CannotType, SealedTextError):
        return "it could not be typed as it is"


def _row(name: str, text: str) -> str:
    return f"  {name:<8} {text}"


def _left(question: OpenApproval) -> str:
    left = int((question.expires_at - datetime.now(UTC)).total_seconds())
    return f"expires in {left // 60} min {left % 60:02} s" if left > 0 else "about to expire"
