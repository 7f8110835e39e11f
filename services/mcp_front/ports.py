"""What the MCP tools need from the rest of the system."""

from typing import Literal, Protocol

from events.actions import Action, RunCommand
from events.base import Value
from services.contract.terminal import PaneNote
from services.mcp_front.views import (
    CallView,
    CastPage,
    CastQuery,
    Change,
    CheckView,
    InterruptView,
    OutputPage,
    OutputQuery,
    ScreenQuery,
    ScreenView,
    SessionPage,
    SessionQuery,
    Signal,
    TimelinePage,
    TimelineQuery,
    WaitQuery,
    WaitView,
    Watched,
)

type Said = Literal["yes", "no", "nothing", "later"]
"""What a user answers; `later`: the answer comes with a request of its own."""
SCOPES = ("terminal:read", "terminal:run", "terminal:keys", "terminal:admin")


class Asked(Value):
    """A question to the user of a client: about which call, and in which words."""

    call_id: str
    approval_id: str
    text: str


class User(Protocol):
    """The user of a client, as far as the client says that it can show them a question.

    `resumes` is the call whose question this request answers, empty in a new one.
    """

    resumes: str

    async def ask(self, asked: Asked) -> Said:
        """Return what the user answers."""
        ...


class Caller(Value):
    """Who calls: the principal is proven by a credential, the client is only what it says.

    `trace` is the W3C traceparent of the request, empty where the client traces nothing.
    """

    principal: str
    client: str = ""
    scopes: tuple[str, ...] = SCOPES
    trace: str = ""
    user: User | None = None

    @property
    def resumes(self) -> str:
        """The call whose question this request answers, empty in a new one."""
        return self.user.resumes if self.user else ""


class Submission(Value):
    """How a call wants to be taken. 0 ms returns at once."""

    request_id: str = ""
    epoch: str = ""
    reason: str = ""
    wait_ms: int = 0


class Front(Protocol):
    """The log and the terminals behind the tools; raises Refusal where it does not take a call.

    `backend` is where a session lives unless the caller says.
    """

    backend: Literal["pty", "tmux"]

    async def submit(
        self, caller: Caller, session_id: str, action: Action, options: Submission
    ) -> CallView:
        """Record the request and wait for its outcome; an empty session is a new one."""
        ...

    async def watch(self, caller: Caller, call_id: str, wait_ms: int) -> CallView:
        """Wait for the outcome of a call that was taken before."""
        ...

    async def sessions(self, caller: Caller, query: SessionQuery) -> SessionPage:
        """List the sessions that the caller may see."""
        ...

    async def adoptable(self, caller: Caller) -> tuple[PaneNote, ...]:
        """List the terminals of people that could be adopted."""
        ...

    async def interrupt(self, caller: Caller, call_id: str, signal: Signal) -> InterruptView:
        """Interrupt the caller's own running command."""
        ...

    async def check(self, caller: Caller, session_id: str, action: RunCommand) -> CheckView:
        """Say what the policy would say about a command now; nothing comes of it."""
        ...

    async def screen(self, caller: Caller, query: ScreenQuery) -> ScreenView:
        """Show what the terminal shows now, or showed at some time."""
        ...

    async def wait_for(self, caller: Caller, query: WaitQuery) -> WaitView:
        """Wait until a terminal prints something, or nothing."""
        ...

    async def output(self, caller: Caller, where: OutputQuery) -> OutputPage:
        """Read from the recording."""
        ...

    async def cast(self, caller: Caller, query: CastQuery) -> CastPage:
        """Read a recording for a player."""
        ...

    async def change(self, caller: Caller, watched: Watched, offset: int) -> Change:
        """Wait a while for something to be printed after an offset; below 0 from now."""
        ...

    def follows(self, caller: Caller, watched: Watched) -> bool:
        """Whether it is the caller's and may still print something."""
        ...

    def open_sessions(self, caller: Caller) -> frozenset[str]:
        """Return which sessions of the caller are open."""
        ...

    async def timeline(self, caller: Caller, where: TimelineQuery) -> TimelinePage:
        """Read what happened in the caller's sessions."""
        ...


class Credentials(Protocol):
    """Who a bearer key belongs to."""

    def principal_of(self, key: str) -> str | None:
        """Return the principal of a valid key."""
        ...

    def scopes_of(self, principal: str) -> tuple[str, ...]:
        """Return what the principal may do."""
        ...
