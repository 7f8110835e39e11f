"""Questions about reviews and approvals, answered by the safety_reviewer."""

from datetime import datetime
from typing import Literal

from events.actions import Action, RunCommand
from events.approvals import Assurance
from events.base import Text, Value
from events.review import Context, Decision, Mode
from services.runtime.rpc import Question
from services.signing.statements import Approval

REVIEWER = "rpc.safety_reviewer"
SLACK = "slack:"
"""Before the name of somebody who answered in Slack."""
CLIENT = "client:"
"""Before the name of a client that says what its user answered."""


class WhichApprovals(Value):
    """All that are open, or one; those of calls that were requested after an event."""

    approval_id: str = ""
    after: int = 0


class OpenApproval(Value):
    """A question that waits for a person; `reason` is what the caller says it is for.

    `assurance` is how sure an agreement must be, `agreed` who did already, where it takes several.
    """

    approval_id: str
    call_id: str
    session_id: str
    principal: str
    action: Action
    decision: Decision
    context: Context
    expires_at: datetime
    reason: Text = ""
    digest: str = ""
    sequence: int = 0
    assurance: Assurance = "authenticated"
    agreed: tuple[str, ...] = ()

    @property
    def statement(self) -> Approval:
        """What an approver signs."""
        return Approval(self.approval_id, self.call_id, self.session_id, self.digest, self.sequence)


class OpenApprovals(Value):
    """The questions that wait for a person, oldest first, as many as one answer holds.

    `total` counts them all.
    """

    approvals: tuple[OpenApproval, ...]
    total: int = 0


class Decide(Value):
    """A person's answer. The subject it is asked on says through which channel it came.

    With a signature it is that of the approver whose key made it.
    """

    approval_id: str
    verdict: Literal["grant", "deny"]
    by: str
    reason: Text = ""
    signature: str = ""


class Elicit(Value):
    """A client wants to show its user the question about one of its own calls."""

    approval_id: str
    principal: str


class Withdraw(Value):
    """The caller takes a call back that has not been started."""

    call_id: str
    by: str


class Check(Value):
    """What would be said about a command now. It is no request: nothing comes of it."""

    session_id: str
    node: str
    by: str
    action: RunCommand


class Checked(Value):
    """What a review would have come to; `code` says why it would have been refused."""

    would: Literal["run", "wait_for_approval", "be_blocked"]
    decision: Decision
    context: Context
    code: str = ""


class Enrol(Value):
    """A key may sign decisions from now on, or may no more.

    The signature is that of an approver who vouches for it, the proof that of a new key itself.
    """

    change: Literal["enrol", "revoke"]
    approver: str
    key: str
    by: str
    signature: str = ""
    proof: str = ""


class WhichApprovers(Value):
    """All of them."""


class KnownApprovers(Value):
    """The approvers by their keys; what is signed next names the history."""

    names: dict[str, str]
    history: str = ""


class WhichPolicy(Value):
    """That in force."""


class InForce(Value):
    """The policy that calls are judged by, and where workspaces make it stricter."""

    version: str
    modes: tuple[Mode, ...] = ()
    workspaces: tuple[str, ...] = ()


class Settled(Value):
    """The event that answers the question: its sequence in the log, and its name."""

    sequence: int
    event: str = ""
    call_id: str = ""


APPROVALS = Question("approvals", WhichApprovals, OpenApprovals)
DECIDE_BY_CLI = Question("decide.cli", Decide, Settled)
DECIDE_BY_SLACK = Question("decide.slack", Decide, Settled)
ELICITABLE = Question("elicitable", Elicit, OpenApproval)
"""Declined wherever a client's word would not be enough."""
ELICITED = Question("elicited", Decide, Settled)
"""What the user of a client answered, as the client says. A right of its own: review.elicited."""
WITHDRAW = Question("withdraw", Withdraw, Settled)
APPROVERS = Question("approvers", WhichApprovers, KnownApprovers)
ENROL = Question("enrol.cli", Enrol, Settled)
IN_FORCE = Question("policy", WhichPolicy, InForce)
CHECK = Question("check", Check, Checked)
