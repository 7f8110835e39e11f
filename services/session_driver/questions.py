"""What the driver answers about its terminals; of these only an interrupt touches one."""

import logging
from typing import Literal

from msgspec.structs import replace

from events.calls import InterruptSent
from events.review import Context
from services.contract.terminal import (
    ADOPTABLE,
    CAST,
    CONTEXT,
    CONTROLS,
    GIVE_BACK,
    INTERRUPT,
    OUTPUT,
    PAST_SCREEN,
    PROGRESS,
    SCREEN,
    TAKE,
    WAIT,
    Cast,
    ControlChange,
    Controlled,
    Controls,
    Interrupt,
    Interrupted,
    LookAt,
    OutputText,
    Panes,
    Progress,
    ReadCast,
    ReadOutput,
    ReadPastScreen,
    ReadScreen,
    Screen,
    Waited,
    WaitFor,
    WhichControls,
    WhichPanes,
    WhichSession,
)
from services.runtime.log import LogFull, LogUnavailable
from services.runtime.rpc import Answering, Declined
from services.session_driver.adoptions import Adoptions
from services.session_driver.cast import read_cast
from services.session_driver.live import Asking, Live
from services.session_driver.playback import read_page
from services.session_driver.replay import screen_at
from services.session_driver.starts import controlled
from services.session_driver.terminal import interrupting
from services.session_driver.terminal.concealed import concealed
from services.session_driver.terminal.harmless import harmless
from services.session_driver.terminal.host import NoSuchPane, Rendered
from services.session_driver.terminal.screen import Look
from services.session_driver.terminals import OpenTerminals
from services.session_driver.views.lobby import Lobby, NotShown
from services.session_driver.waiting import Waiting

logger = logging.getLogger(__name__)
ENDING = ("ctrl_c", "ctrl_backslash")
"""Keys after which a command that ends was interrupted; after others it went its own way."""
EXCERPT = 8000
"""Characters of a running command's output in a report on its progress."""


type Form = Literal["text", "ansi"]


class Questions:
    """Answers under rpc.session_driver.<node>."""

    def __init__(self, terminals: OpenTerminals, lobby: Lobby, adoptions: Adoptions) -> None:
        self._terminals = terminals
        self._lobby = lobby
        self._adoptions = adoptions

    def answers(self) -> Answering:
        """Return what is answered."""
        return {
            CONTEXT: self.context,
            PROGRESS: self.progress,
            SCREEN: self.screen,
            PAST_SCREEN: self.past_screen,
            OUTPUT: self.output,
            INTERRUPT: self.interrupt,
            ADOPTABLE: self.adoptable,
            CONTROLS: self.controls,
            TAKE: self.take,
            GIVE_BACK: self.give_back,
            WAIT: self.wait,
            CAST: self.cast,
        }

    async def adoptable(self, which: WhichPanes) -> Panes:
        """Return the terminals of people that could be adopted, never what they show."""
        return Panes(panes=tuple(await self._adoptions.panes(which)))

    async def context(self, at: LookAt) -> Context:
        """Return the state of a terminal as a review wants to know it."""
        live = self._live(at.session_id)
        return await live.settled() if at.settled else live.context()

    async def progress(self, which: WhichSession) -> Progress:
        """Return what the running command printed so far."""
        live = self._live(which.session_id)
        facts, run = live.terminal.context_facts(), live.terminal.running
        return Progress(
            call_id=live.call_id,
            output=live.output(EXCERPT),
            awaiting_input=facts.awaiting_input or bool(run and run.incomplete),
        )

    async def screen(self, question: ReadScreen) -> Screen:
        """Return what a terminal shows."""
        live = self._live(question.session_id)
        _refuse_private(live)
        if isinstance(live.terminal.host, Rendered):
            look, coloured = await _drawn_elsewhere(live.terminal.host)
            _refuse_private(live)  # a person may have come meanwhile
        else:
            look, coloured = live.terminal.screen.look(), live.terminal.screen.keyframe()
        return _screen(look, coloured, question.format, live.opened.epoch)

    async def past_screen(self, question: ReadPastScreen) -> Screen:
        """Return what a terminal showed, from its recording; it may have ended long ago."""
        if live := self._terminals.get(question.session_id):
            await live.recorder.stored(min(question.offset, live.terminal.offset))
        found = await screen_at(self._terminals.log, replace(question, format="ansi"))
        if found is None:
            raise Declined("not_recorded", f"at offset {question.offset}")
        return replace(_screen(*found, question.format), offset=question.offset)

    async def output(self, question: ReadOutput) -> OutputText:
        """Return a page of a recording, also of a session that has ended."""
        if live := self._terminals.get(question.session_id):
            await live.recorder.stored(live.terminal.offset)
        return await read_page(self._terminals.log, question)

    async def wait(self, question: WaitFor) -> Waited:
        """Hold the question until something is printed, also of a session that has ended."""
        return await Waiting(self._terminals, question).held()

    async def cast(self, question: ReadCast) -> Cast:
        """Return a page of a recording for a player, also of a session that has ended."""
        if live := self._terminals.get(question.session_id):
            await live.recorder.stored(live.terminal.offset)
        return await read_cast(self._terminals.log, question)

    async def interrupt(self, question: Interrupt) -> Interrupted:
        """Press a key for the caller's own running command, and see whether it stops."""
        live = self._live(question.session_id)
        if live.handoff and live.handoff.call_id == question.call_id:
            return self._call_off(live, live.handoff, question.by)
        if live.call_id != question.call_id or live.opened.owner != question.by:
            raise Declined("not_running", f"{question.call_id} is not running")
        await live.heed()
        if live.control:
            raise Declined(*controlled(live.control.by))
        live.interrupted = question.signal in ENDING
        stopped = await interrupting.interrupt(live.terminal, question.signal)
        sent = InterruptSent(
            session_id=question.session_id,
            call_id=question.call_id,
            by=question.by,
            signal=question.signal,
            stopped=stopped,
        )
        return Interrupted(stopped=stopped, sequence=await self._recorded(sent))

    def _call_off(self, live: Live, handoff: Asking, by: str) -> Interrupted:
        """Ask nobody any more; who has taken the terminal keeps it until they return it."""
        if live.private and live.control:
            raise Declined(*controlled(live.control.by))
        handoff.end("cancelled", by)
        return Interrupted(stopped=True)

    async def controls(self, _question: WhichControls) -> Controls:
        """Return who has which terminal, and who is asked to take one."""
        return Controls(sessions=tuple(map(_controlled, self._terminals.live.values())))

    async def take(self, change: ControlChange) -> Controlled:
        """Give a person control, without a view."""
        live = self._found(change)
        await self._lobby.control.take(live, change.by, "take")
        return _controlled(live)

    async def give_back(self, change: ControlChange) -> Controlled:
        """Take control back from a person, or hear that they will not come."""
        live = self._found(change)
        if live.control is None and live.handoff is None:
            raise Declined("no_control", f"Nobody has control of {live.opened.session_id}.")
        before = _controlled(live)
        await self._lobby.control.give_back(live, change.by, "returned")
        return before

    def _found(self, change: ControlChange) -> Live:
        try:
            return self._lobby.find(change.session)
        except NotShown as error:
            raise Declined("unknown_session", str(error)) from error

    async def _recorded(self, sent: InterruptSent) -> int:
        """Record the interrupt; it was sent all the same if the log cannot take it."""
        try:
            return await self._terminals.say(sent)
        except (LogFull, LogUnavailable) as error:
            logger.error("an interrupt is not on record: %s (%s)", error, sent)  # noqa: TRY400
            return 0

    def _live(self, session_id: str) -> Live:
        if live := self._terminals.get(session_id):
            return live
        raise Declined("unknown_session", session_id)


def _controlled(live: Live) -> Controlled:
    asked = live.handoff
    return Controlled(
        session_id=live.opened.session_id,
        by=live.control.by if live.control else "",
        how=live.control.how if live.control else "",
        asked_by=asked.asked_by if asked else "",
        asked_for=asked.reason if asked else "",
    )


def _refuse_private(live: Live) -> None:
    if live.private and live.control:
        raise Declined(*controlled(live.control.by))


async def _drawn_elsewhere(host: Rendered) -> tuple[Look, bytes]:
    """Return what the terminal shows, from where it is drawn, plain and with its styles."""
    try:
        shown = await host.shown()
    except (OSError, NoSuchPane) as error:
        raise Declined("screen_unavailable", str(error)) from error
    look = Look(shown.text, shown.cursor, shown.size, shown.alternate, shown.title)
    return look, shown.coloured.encode()


def _screen(look: Look, coloured: bytes | None, form: Form, epoch: str = "") -> Screen:
    styled = harmless(coloured).decode(errors="replace") if coloured else look.text
    return Screen(
        epoch=epoch,
        text=styled if form == "ansi" else look.text,
        concealed=concealed(coloured or look.text.encode(errors="replace"), moves=False),
        cursor_row=look.cursor[1],
        cursor_col=look.cursor[0],
        cols=look.size[0],
        rows=look.size[1],
        alternate_screen=look.alternate,
        title=look.title,
    )
