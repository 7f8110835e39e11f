"""Parameters that several tools share."""

from typing import Annotated

from msgspec import Meta, Struct

from services.mcp_front.ports import Submission

MAX_WAIT_MS = 45_000  # clients give a call up after 60 s
DEFAULT_WAIT_MS = 10_000
MAX_OUTPUT_CHARS = 50_000

# Ids become parts of log subjects, so nothing but these characters may pass; `$` alone would let
# a line feed pass.
_ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$(?!\n)"
OPTIONAL_ID = r"^([A-Za-z0-9][A-Za-z0-9_-]{0,63})?$(?!\n)"

type SessionId = Annotated[
    str, Meta(description="A session_id from list_sessions or open_session.", pattern=_ID)
]
type CommandId = Annotated[
    str, Meta(description="The command_id that an earlier call returned.", pattern=_ID)
]
type SessionEpoch = Annotated[
    str,
    Meta(
        description="The session_epoch you last saw. If the terminal was replaced since then, "
        "nothing is done and the answer is stale_epoch.",
        max_length=64,
    ),
]
type RequestId = Annotated[
    str,
    Meta(
        description="Your own unique key for this request. Repeating a call with the same key "
        "never runs it twice: it returns the first call's result.",
        max_length=128,
    ),
]
type Reason = Annotated[
    str,
    Meta(
        description="Why you want this, in one sentence. The person who approves reads it.",
        max_length=500,
    ),
]
type WaitMs = Annotated[
    int,
    Meta(
        description="How long to wait for the result. If it is not there by then, the answer is "
        "the status so far, and wait_command goes on waiting.",
        ge=0,
        extra_json_schema={"maximum": MAX_WAIT_MS},
    ),
]
type MaxOutputChars = Annotated[
    int,
    Meta(
        description="How much output to return. What is left out is counted, not lost: "
        "read_output reads all of it.",
        ge=200,
        extra_json_schema={"maximum": MAX_OUTPUT_CHARS},
    ),
]


class Writing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Arguments of every tool whose call is recorded, reviewed and waited for."""

    wait_ms: WaitMs = DEFAULT_WAIT_MS
    reason: Reason = ""
    request_id: RequestId = ""

    def submission(self, epoch: str = "") -> Submission:
        """Say how the call wants to be taken."""
        return Submission(
            request_id=self.request_id,
            epoch=epoch,
            reason=self.reason,
            wait_ms=wait(self.wait_ms),
        )


class Targeted(Writing, frozen=True, kw_only=True):
    """Arguments of every tool that acts in one session."""

    session_id: SessionId
    session_epoch: SessionEpoch = ""


def wait(wait_ms: int) -> int:
    """Cap a wait instead of refusing it: the answer after the cap is the status so far."""
    return min(wait_ms, MAX_WAIT_MS)


def chars(max_chars: int) -> int:
    """Cap a page instead of refusing it: the rest has a cursor."""
    return min(max_chars, MAX_OUTPUT_CHARS)
