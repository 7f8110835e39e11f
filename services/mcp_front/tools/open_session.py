"""open_session: a new terminal."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from events.actions import OpenSession, Placement
from services.mcp_front.answers import CallAnswer
from services.mcp_front.outcomes import call_answer
from services.mcp_front.parameters import OPTIONAL_ID, Writing
from services.mcp_front.ports import Caller, Front
from services.mcp_front.refusals import Refusal
from services.mcp_front.tool import Effects, Tool

LARGEST = 16_384
"""Bytes, as for a command: the decision about it repeats it, and must fit into one event too."""

type Backend = Literal["default", "pty", "tmux"]


class Arguments(Writing, frozen=True, kw_only=True):
    """What the new terminal is like."""

    name: Annotated[
        str, Meta(description="A short name that the user will recognise.", max_length=64)
    ] = ""
    cwd: Annotated[
        str, Meta(description="The directory to start in; the user's home if empty.")
    ] = ""
    shell: Annotated[str, Meta(description="The shell; the user's own if empty.")] = ""
    env: Annotated[dict[str, str], Meta(description="More environment variables; no secrets.")] = (
        msgspec.field(default_factory=dict[str, str])
    )
    cols: Annotated[int, Meta(description="Columns of characters.", ge=20, le=500)] = 120
    rows: Annotated[int, Meta(description="Lines of characters.", ge=5, le=200)] = 32
    backend: Annotated[
        Backend,
        Meta(
            description="Where it lives. tmux: the user can attach to it, and it outlives this "
            "server's own processes; default: as the user configured it."
        ),
    ] = "default"
    placement: Annotated[
        Placement,
        Meta(
            description="Where the user sees it: nowhere until they look, or in a new window, tab "
            "or split of their iTerm2, where that runs. If it cannot be shown, the session is "
            "opened all the same, and the hint says what the user can do."
        ),
    ] = "background"
    profile: Annotated[
        str,
        Meta(
            description="The iTerm2 profile to show it with; the default if empty.", max_length=64
        ),
    ] = ""
    split_from: Annotated[
        str,
        Meta(
            description="For a split: the session whose pane is split; the one in front if empty.",
            pattern=OPTIONAL_ID,
        ),
    ] = ""


async def call(front: Front, caller: Caller, given: Arguments) -> CallAnswer:
    """Submit the request for a new terminal and answer when its shell runs."""
    action = OpenSession(
        name=given.name,
        cwd=given.cwd,
        shell=given.shell,
        env={**given.env},
        cols=given.cols,
        rows=given.rows,
        backend=front.backend if given.backend == "default" else given.backend,
        placement=given.placement,
        profile=given.profile,
        split_from=given.split_from,
    )
    _check_size(action)
    return call_answer(await front.submit(caller, "", action, given.submission()), CallAnswer)


def _check_size(action: OpenSession) -> None:
    if (size := len(msgspec.json.encode(action))) > LARGEST:
        raise Refusal(
            "invalid_arguments",
            f"cwd, shell and env have {size} bytes together, more than {LARGEST}. "
            "No session was opened.",
            next_step="Give the session fewer variables; a program can read a file of them.",
        )


TOOL = Tool(
    name="open_session",
    title="Open a terminal session",
    description=(
        "Opens a new terminal with the user's shell and returns its session_id. Use it once for a "
        "task and go on in the same session, since directory and variables stay; open another for "
        "something that runs at the same time, such as a server. Look with list_sessions first "
        "whether a fitting one is open. The new session is yours: its commands do not disturb the "
        "user's own windows. It may need a person's approval, with the same statuses as "
        "run_command; completed means that the shell is ready. Close it with close_session."
    ),
    scope="terminal:run",
    effects=Effects(read_only=False, destructive=False, idempotent=False, open_world=False),
    arguments=Arguments,
    result=CallAnswer,
    call=call,
)
