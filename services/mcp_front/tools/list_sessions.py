"""list_sessions: which terminals there are and what happens in them."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from events.base import Value
from services.contract.terminal import PaneNote
from services.mcp_front.answers import Answer, Epoch, Fidelity, Hint, Seq
from services.mcp_front.parameters import OPTIONAL_ID
from services.mcp_front.ports import Caller, Front
from services.mcp_front.refusals import unknown_session
from services.mcp_front.tool import Effects, Tool
from services.mcp_front.untrusted import label
from services.mcp_front.views import SessionPage, SessionQuery, SessionView


class Arguments(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which sessions to list."""

    session_id: Annotated[
        str,
        Meta(description="Only this session, open or closed.", pattern=OPTIONAL_ID),
    ] = ""
    state: Annotated[
        Literal["open", "closed", "any", "adoptable"],
        Meta(
            description="Only sessions in this state; adoptable: terminals that the user has open "
            "and that adopt_session can make sessions of."
        ),
    ] = "open"
    owner: Annotated[str, Meta(description="Only sessions of this owner.", max_length=64)] = ""
    limit: Annotated[int, Meta(description="How many to list.", ge=1, le=50)] = 20
    cursor: Annotated[str, Meta(description="The next_cursor of the page before.")] = ""


class SessionNote(Value, omit_defaults=True):
    """One terminal session."""

    session_id: str
    session_epoch: Epoch
    state: Literal["open", "closed", "lost"]
    name: str = ""
    owner: str = ""
    backend: str
    fidelity: Fidelity = "raw"
    cwd: str = ""
    shell: str = ""
    foreground_job: Annotated[str, Meta(description="The program that runs now.")] = ""
    prompt: Annotated[str, Meta(description="idle: ready for run_command.")] = "unknown"
    shell_integration: Annotated[
        str, Meta(description="full: the ends of commands are certain.")
    ] = "none"
    control: Annotated[
        str, Meta(description="human: a person has the keyboard, and nothing you ask for is typed.")
    ]
    running_command_id: str = ""
    queued: Annotated[int, Meta(description="Calls that wait or run in it.")] = 0
    cols: int = 0
    rows: int = 0
    recording_gaps: Annotated[int, Meta(description="Places where output was lost.")] = 0
    last_seq: Seq = 0


class Adoptable(Value, omit_defaults=True):
    """A terminal of the user that is no session yet."""

    target: Annotated[str, Meta(description="Names it for adopt_session.")]
    title: str = ""
    foreground_job: str = ""
    cwd: str = ""
    cols: int
    rows: int


class SessionList(Answer):
    """One page of sessions."""

    sessions: tuple[SessionNote, ...]
    adoptable: tuple[Adoptable, ...] = ()
    next_cursor: Annotated[str, Meta(description="Absent on the last page.")] = ""
    seq: Seq = 0
    hint: Hint = ""


async def call(front: Front, caller: Caller, given: Arguments) -> SessionList:
    """List one page of the sessions that the caller may see."""
    if given.state == "adoptable" and not given.session_id:
        return _adoptable(await front.adoptable(caller))
    query = SessionQuery(
        session_id=given.session_id,
        state="any" if given.session_id or given.state == "adoptable" else given.state,
        owner=given.owner,
        cursor=given.cursor,
        limit=given.limit,
    )
    page = await front.sessions(caller, query)
    if given.session_id and not page.sessions:
        raise unknown_session(given.session_id)
    return SessionList(
        sessions=tuple(note(session) for session in page.sessions),
        next_cursor=page.next_cursor,
        seq=page.seq,
        hint=_hint(page),
    )


def note(session: SessionView) -> SessionNote:
    """Describe one session; what programs could set is kept on one line."""
    return SessionNote(
        session_id=session.session_id,
        session_epoch=session.epoch,
        state=session.state,
        name=label(session.name),
        owner=session.owner,
        backend=session.backend,
        fidelity=session.fidelity,
        cwd=label(session.cwd),
        shell=session.shell,
        foreground_job=label(session.foreground),
        prompt=session.prompt,
        shell_integration=session.integration,
        control=session.control,
        running_command_id=session.running_command_id,
        queued=session.queued,
        cols=session.cols,
        rows=session.rows,
        recording_gaps=session.recording_gaps,
        last_seq=session.last_seq,
    )


def _adoptable(panes: tuple[PaneNote, ...]) -> SessionList:
    found = tuple(
        Adoptable(
            target=f"{pane.backend}:{pane.target}",
            title=label(pane.title),
            foreground_job=label(pane.program),
            cwd=label(pane.cwd),
            cols=pane.cols,
            rows=pane.rows,
        )
        for pane in panes
    )
    hint = "adopt_session(target=…) asks the user for one." if found else "There is none."
    return SessionList(sessions=(), adoptable=found, hint=hint)


def _hint(page: SessionPage) -> str:
    if page.next_cursor:
        return f"There are more: list_sessions(cursor={page.next_cursor})."
    return "" if page.sessions else "There is none. open_session opens one."


TOOL = Tool(
    name="list_sessions",
    title="List terminal sessions",
    description=(
        "Lists the terminal sessions that you can use, with what runs in them, their directory "
        "and whether the prompt is idle. Start here, and whenever you are not sure which "
        "session_id to use; there is no current session. With session_id it describes that one, "
        "also when it is closed. It shows no screens and no output: that is read_screen and "
        "read_output."
    ),
    scope="terminal:read",
    effects=Effects(read_only=True, destructive=False, idempotent=True, open_world=False),
    arguments=Arguments,
    result=SessionList,
    call=call,
)
