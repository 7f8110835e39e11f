"""Puts what an assistant was shown before into the context that its request is judged in."""

import logging
from typing import Final

from msgspec.structs import replace

from events.actions import Action, RunCommand, SendText
from events.base import Text, plain
from events.review import Context, Taint
from projections.calls import Call
from projections.taints import CLEAN, Source, Tainted, taint
from projections.terminals import Terminals
from services.contract.terminal import OUTPUT, ReadOutput, terminals_of
from services.policy.review import review
from services.policy.rules import Rules
from services.runtime.log import Log
from services.runtime.projector import Projector
from services.runtime.rpc import Declined, Exchange, Unanswered
from services.safety_reviewer.quotation import quotation

logger = logging.getLogger(__name__)
SEARCHED: Final = 100_000
"""Characters of each source that a text is looked for in."""


class Doubts:
    """Knows what assistants were shown, and looks their texts up in it."""

    def __init__(self, log: Log, terminals: Projector[Terminals], exchange: Exchange) -> None:
        self._log = log
        self._terminals = terminals
        self._exchange = exchange

    async def about(self, call: Call, context: Context, rules: Rules) -> Context:
        """Return the context with what its caller was shown; what only looks is not looked up."""
        told = self._terminals.state.taints.of.get(call.principal, CLEAN)
        known = replace(context, taint=taint(told, self._log.clock.now()))
        text = _typed(call.action)
        if not text or review(known, call.action, rules).tier in {"safe", "blocked"}:
            return known
        return replace(known, taint=await self._quoted(plain(text), told, known.taint))

    async def _quoted(self, text: str, told: Tainted, known: Taint) -> Taint:
        for source in reversed(told.sources):
            if found := quotation(text, await self._printed(source)):
                return replace(known, quoted=found, quoted_from=source.shows)
        return known

    async def _printed(self, source: Source) -> str:
        """Return what a source printed; a call is judged also where nobody can tell any more."""
        asked = ReadOutput(
            session_id=source.session_id,
            first_offset=source.first_offset,
            end_offset=source.end_offset,
            first_record=source.first_record,
            max_chars=SEARCHED,
        )
        driver = terminals_of(source.node)
        try:
            return (await self._exchange.ask(self._log.client, driver, OUTPUT, asked)).text
        except (Declined, Unanswered) as error:
            logger.warning("the output of %s is not looked at: %s", source.call_id, error)
            return ""


def _typed(action: Action) -> Text:
    match action:
        case RunCommand():
            return action.command
        case SendText():
            return action.text
        case _:
            return ""
