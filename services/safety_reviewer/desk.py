"""Where questions and people's answers arrive: the broker's permissions decide who may ask what."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

import msgspec

from events.lifecycle import State
from events.vocabulary import CallFact
from projections.calls import Call
from services.contract.approval import (
    APPROVALS,
    APPROVERS,
    CHECK,
    DECIDE_BY_CLI,
    DECIDE_BY_SLACK,
    ELICITABLE,
    ELICITED,
    ENROL,
    IN_FORCE,
    WITHDRAW,
    Check,
    Checked,
    Decide,
    Elicit,
    Enrol,
    InForce,
    KnownApprovers,
    OpenApproval,
    OpenApprovals,
    Settled,
    WhichApprovals,
    WhichApprovers,
    WhichPolicy,
    Withdraw,
)
from services.policy.rules import Rules, rules_at
from services.runtime.rpc import Answering, Declined, Unanswered
from services.safety_reviewer.approvals import (
    NEEDS_PERSON,
    Hearing,
    NotAgreed,
    answered,
    asked,
    elicited,
    in_slack,
    least,
    waiting,
    withdrawn,
)
from services.safety_reviewer.checking import imagined, told
from services.safety_reviewer.service import Reviewer
from services.safety_reviewer.verdicts import Case, verdict
from services.signing.agreement import persons
from services.signing.trust import trusted

PAGE: Final = 100
"""Open questions in one answer at most."""
CARRIED: Final = 512 * 1024
"""Bytes of them; the broker carries twice as many."""

type Measured = Callable[[Call, Decide, Hearing], CallFact | None]
"""What becomes of an answer that came in some way. Raises NotAgreed."""


class Desk:
    """Answers questions about approvals and takes decisions on them."""

    def __init__(self, reviewer: Reviewer) -> None:
        self._reviewer = reviewer

    def answers(self) -> Answering:
        """Return what is answered under rpc.safety_reviewer."""
        return {
            APPROVALS: self.open,
            DECIDE_BY_CLI: self.decide,
            DECIDE_BY_SLACK: self.decide_by_slack,
            ELICITABLE: self.elicitable,
            ELICITED: self.elicited,
            WITHDRAW: self.withdraw,
            CHECK: self.check,
            APPROVERS: self.approvers,
            ENROL: self.enrol,
            IN_FORCE: self.in_force,
        }

    async def open(self, which: WhichApprovals) -> OpenApprovals:
        """Return the questions that wait for a person, as many as one answer holds."""
        calls = self._reviewer.terminals.state.calls.open.values()
        found = [call for call in calls if asked_about(call, which.approval_id)]
        after = (call for call in found if call.sequence > which.after)
        shown = (_shown(call, self._hearing(call)) for call in after)
        return OpenApprovals(approvals=tuple(page(shown)), total=len(found))

    async def decide(self, answer: Decide) -> Settled:
        """Record a person's answer. Declines where the question is not open (any more)."""
        return await self._settle(answer, answered)

    async def decide_by_slack(self, answer: Decide) -> Settled:
        """Record what somebody answered in Slack. Declines as `decide` does."""
        return await self._settle(answer, in_slack)

    async def elicited(self, answer: Decide) -> Settled:
        """Record what a client says its user answered. Declines where that is not enough."""
        return await self._settle(answer, elicited)

    async def elicitable(self, asked: Elicit) -> OpenApproval:
        """Return a question that a client may show its user. Declines where it may not."""
        call = self._find(asked.approval_id)
        if call.principal != asked.principal:
            raise _unknown(asked.approval_id)
        question = _shown(call, self._hearing(call))
        if question.assurance != "client-asserted":
            raise Declined("needs_person", NEEDS_PERSON)
        return question

    async def _settle(self, answer: Decide, measured: Measured) -> Settled:
        call = self._find(answer.approval_id)
        said: list[str] = []

        def judge(current: Call) -> CallFact | None:
            fact = measured(current, answer, self._hearing(current))
            said[:] = [type(fact).__name__] if fact else []
            return fact

        try:
            sequence = await self._reviewer.record(call, judge)
        except NotAgreed as error:
            raise Declined(error.code, str(error)) from error
        if not sequence:
            raise _unknown(answer.approval_id)
        return Settled(sequence=sequence, event=said[0], call_id=call.call_id)

    async def approvers(self, _: WhichApprovers) -> KnownApprovers:
        """Return whose keys count."""
        trust = trusted(self._reviewer.terminals.state.approvers)
        return KnownApprovers(names=dict(trust.keys), history=trust.history)

    async def enrol(self, asked: Enrol) -> Settled:
        """Record a change of whose keys count. Declines what nobody vouches for."""
        try:
            return Settled(sequence=await self._reviewer.enrol(asked))
        except NotAgreed as error:
            raise Declined(error.code, str(error)) from error

    async def in_force(self, _: WhichPolicy) -> InForce:
        """Return the policy that calls are judged by."""
        rules = self._reviewer.bench.rules
        workspaces = tuple(each.root for each in rules.workspaces)
        return InForce(version=rules.version, modes=tuple(rules.modes), workspaces=workspaces)

    async def withdraw(self, question: Withdraw) -> Settled:
        """Take back a call that has not been started."""
        call = self._reviewer.terminals.state.calls.open.get(question.call_id)
        if call is None:
            raise Declined("already_ended", f"call {question.call_id} has ended")
        sequence = await self._reviewer.record(
            call, lambda current: withdrawn(current, question.by)
        )
        if not sequence:
            raise Declined("already_started", f"call {question.call_id} has been started")
        return Settled(sequence=sequence, call_id=call.call_id)

    async def check(self, question: Check) -> Checked:
        """Review a command that nobody requested; nothing is recorded and nobody is asked."""
        now = self._reviewer.log.clock.now()
        call = imagined(question, now)
        try:
            context = await self._reviewer.context(call)
        except Unanswered as error:
            raise Declined("driver_unavailable", str(error)) from error
        if context is None or context.owner != question.by:
            raise Declined("unknown_session", question.session_id)
        asked = waiting(self._reviewer.terminals.state.calls, call)
        return told(verdict(Case(call, context, now, "", asked), self._reviewer.bench))

    def _hearing(self, call: Call) -> Hearing:
        now, known = self._reviewer.log.clock.now(), self._reviewer.terminals.state.approvers
        return Hearing(now, self._rules(call).assurance, trusted(known).keys)

    def _rules(self, call: Call) -> Rules:
        rules = self._reviewer.bench.rules
        return rules_at(call.context, rules) if call.context else rules

    def _find(self, approval_id: str) -> Call:
        calls = self._reviewer.terminals.state.calls
        if call := asked(calls, approval_id):
            return call
        raise _unknown(approval_id)


def page(shown: Iterable[OpenApproval]) -> Iterator[OpenApproval]:
    """Yield the first ones, at most `PAGE` and not more than the broker carries."""
    size = 0
    for count, each in enumerate(islice(shown, PAGE)):
        size += len(msgspec.json.encode(each))
        if count and size > CARRIED:
            return
        yield each


def _unknown(approval_id: str) -> Declined:
    return Declined(
        "unknown_approval",
        f"no open approval {approval_id!r}: it was decided, it expired, or it never was. "
        "`eim approvals` lists the open ones.",
    )


def asked_about(call: Call, approval_id: str) -> bool:
    """Whether the call waits for a person, and is the one asked for."""
    return call.state is State.AWAITING_APPROVAL and approval_id in {"", call.approval_id}


def _shown(call: Call, hearing: Hearing) -> OpenApproval:
    if call.decision is None or call.context is None or call.expires_at is None:
        raise Declined("internal_error", f"approval {call.approval_id} is incomplete")
    needed = least(call, hearing.needs)
    return OpenApproval(
        approval_id=call.approval_id,
        call_id=call.call_id,
        session_id=call.session_id,
        principal=call.principal,
        action=call.action,
        decision=call.decision,
        context=call.context,
        expires_at=call.expires_at,
        reason=call.reason,
        digest=call.digest,
        sequence=call.sequence,
        assurance=needed,
        agreed=tuple(sorted(persons(call, needed, hearing.keys))),
    )
