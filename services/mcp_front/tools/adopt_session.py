"""adopt_session: a terminal that the user has open becomes a session."""

from typing import Annotated, Literal

from msgspec import Meta

from events.actions import AdoptSession
from services.mcp_front.answers import CallAnswer
from services.mcp_front.outcomes import call_answer
from services.mcp_front.parameters import Writing
from services.mcp_front.ports import Caller, Front
from services.mcp_front.tool import Effects, Tool

BACKENDS: dict[str, Literal["tmux", "iterm2"]] = {"tmux": "tmux", "iterm2": "iterm2"}


class Arguments(Writing, frozen=True, kw_only=True):
    """Which terminal of the user."""

    target: Annotated[
        str,
        Meta(
            description='As list_sessions(state="adoptable") names it, such as tmux:%3.',
            pattern="^(tmux|iterm2):.+$",
            max_length=200,
        ),
    ]
    name: Annotated[
        str, Meta(description="A short name that the user will recognise.", max_length=64)
    ] = ""


async def call(front: Front, caller: Caller, given: Arguments) -> CallAnswer:
    """Submit the request and answer when the terminal is a session."""
    backend, _, target = given.target.partition(":")
    action = AdoptSession(backend=BACKENDS[backend], target=target, name=given.name)
    return call_answer(await front.submit(caller, "", action, given.submission()), CallAnswer)


TOOL = Tool(
    name="adopt_session",
    title="Adopt a terminal of the user",
    description=(
        "Makes a terminal that the user has open a session that you can read and type into, for "
        'work that they began there. list_sessions(state="adoptable") names what there is. A '
        "person has to agree each time, with the same statuses as run_command; completed means "
        "that it is a session. The terminal stays the user's: they see and may type all the time, "
        "its shell reports exit codes to you only in iTerm2, with its shell integration, and "
        "close_session only lets go of it. For work of your own open_session is better."
    ),
    scope="terminal:run",
    effects=Effects(read_only=False, destructive=False, idempotent=False, open_world=False),
    arguments=Arguments,
    result=CallAnswer,
    call=call,
)
