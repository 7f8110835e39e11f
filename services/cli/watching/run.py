"""Runs the page of open approvals: asks what is open, draws it, takes keys, decides."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from msgspec.structs import replace
from prompt_toolkit.application import Application, run_in_terminal
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import FormattedTextControl, Layout, Window
from prompt_toolkit.styles import Style

from services.cli.approve import outcome
from services.cli.desk import Desk, myself
from services.cli.failures import sentence
from services.cli.own_keys import Own
from services.cli.refused import Refused
from services.cli.watching.page import Page, Size, hindrance, lines, moved, refreshed
from services.contract.approval import Decide, OpenApproval
from services.runtime.rpc import Declined, Unanswered

LOOK = 0.5
"""Seconds between two looks at what is open; the time that is left is drawn as often."""
STYLE = Style(
    [
        ("title", "reverse"),
        ("chosen", "bold"),
        ("dangerous", "ansired"),
        ("keys", "ansibrightblack"),
    ]
)


class Watch:
    """The page and the desk behind it."""

    def __init__(self, desk: Desk, own: Own | None) -> None:
        self._desk = desk
        self._own = own
        self._page = Page(signs=own is not None)
        control = FormattedTextControl(self._drawn)
        self._app: Application[None] = Application(
            Layout(Window(control, wrap_lines=True)),
            key_bindings=self._keys(),
            style=STYLE,
            full_screen=True,
        )

    async def run(self) -> None:
        """Show the page until the person leaves."""
        async with asyncio.TaskGroup() as tasks:
            looking = tasks.create_task(self._look())
            await self._app.run_async()
            looking.cancel()

    async def _look(self) -> None:
        while True:
            try:
                questions = await self._desk.oldest()
                self._page = refreshed(self._page, questions, time.monotonic())
            except (Unanswered, Declined) as error:
                self._say(sentence(error))
            self._app.invalidate()
            await asyncio.sleep(LOOK)

    def _drawn(self) -> StyleAndTextTuples:
        return [(style, f"{line}\n") for style, line in lines(self._page, self._size())]

    def _size(self) -> Size:
        size = self._app.output.get_size()
        return Size(size.columns, size.rows)

    def _keys(self) -> KeyBindings:
        deeds: dict[str, Callable[[], None]] = {
            **dict.fromkeys(("up", "k"), lambda: self._move(-1)),
            **dict.fromkeys(("down", "j"), lambda: self._move(1)),
            **dict.fromkeys(("q", "c-c"), self._leave),
            "a": lambda: self._start(self._approve),
            "d": lambda: self._start(self._deny),
        }
        keys = KeyBindings()
        for name, deed in deeds.items():
            keys.add(name)(_doing(deed))
        return keys

    def _leave(self) -> None:
        self._app.exit()

    def _move(self, steps: int) -> None:
        self._page = moved(self._page, steps, time.monotonic())

    def _say(self, text: str) -> None:
        self._page = replace(self._page, said=text)

    def _start(self, deciding: Callable[[OpenApproval], Awaitable[str]]) -> None:
        if question := self._page.question:
            self._app.create_background_task(self._decide(question, deciding))

    async def _decide(
        self, question: OpenApproval, deciding: Callable[[OpenApproval], Awaitable[str]]
    ) -> None:
        """Decide what was on the screen when the key was pressed."""
        try:
            self._say(await deciding(question))
        except (Declined, Unanswered, Refused) as error:
            self._say(sentence(error))
        self._app.invalidate()

    async def _approve(self, question: OpenApproval) -> str:
        if why := hindrance(self._page, self._size(), time.monotonic()):
            return why
        self._desk.check(question)
        signature = await self._signature(question)
        return outcome(await self._desk.decide(_answer(question, signature)))

    async def _signature(self, question: OpenApproval) -> str:
        own = self._own
        if own is None:
            return ""
        return await run_in_terminal(lambda: own.sign(question.statement), in_executor=True)

    async def _deny(self, question: OpenApproval) -> str:
        denied = Decide(approval_id=question.approval_id, verdict="deny", by=myself())
        await self._desk.decide(denied)
        return f"Denied {question.approval_id}."


def _doing(deed: Callable[[], None]) -> Callable[[KeyPressEvent], None]:
    return lambda _event: deed()


def _answer(question: OpenApproval, signature: str) -> Decide:
    approval = question.approval_id
    return Decide(approval_id=approval, verdict="grant", by=myself(), signature=signature)
