"""Where Slack sends the buttons that people pressed. Listens on this machine only."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Final

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from services.contract.approval import DECIDE_BY_SLACK, REVIEWER, SLACK, Decide
from services.notifier.press import Forged, NotUnderstood, Press, Slack, press
from services.runtime.log import Log
from services.runtime.rpc import Declined, Unanswered, ask

logger = logging.getLogger(__name__)
PATH: Final = "/slack/interactions"
LONGEST: Final = 256 * 1024
"""Bytes of a request: it repeats the message that the button is in."""
PATIENCE_S: Final = 2.5
"""Slack shows a person an error after three seconds."""
STRANGER: Final = "You are not listed as an approver there, so nothing was decided."

type Tell = Callable[[str, str], Awaitable[None]]


class Buttons:
    """Takes what Slack signed, of people who may answer, to the reviewer."""

    def __init__(self, log: Log, slack: Slack, approvers: Mapping[str, str], tell: Tell) -> None:
        self._log = log
        self._slack = slack
        self._approvers = approvers
        self._tell = tell

    def app(self) -> Router:
        """Return the application."""
        return Router([Route(PATH, self.pressed, methods=["POST"])])

    async def pressed(self, request: Request) -> Response:
        """Answer one request of Slack."""
        if (body := await _body(request)) is None:
            return Response(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            self._slack.check(body, request.headers)
            button = press(body)
        except Forged as error:
            logger.warning("a request to %s is not Slack's: %s", PATH, error)
            return Response(status_code=HTTPStatus.UNAUTHORIZED)
        except NotUnderstood as error:
            logger.warning("Slack says what nobody asked for: %s", error)
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        why = await self._decided(button)
        return Response(background=BackgroundTask(self._tell, button.user, why) if why else None)

    async def _decided(self, button: Press) -> str:
        """Hand an answer in; return why it does not count, empty where it does."""
        name = self._approvers.get(button.user)
        if name is None:
            logger.warning("%s pressed a button in Slack and is no approver", button.user)
            return STRANGER
        answer = Decide(approval_id=button.approval_id, verdict=button.verdict, by=SLACK + name)
        try:
            await ask(self._log.client, REVIEWER, DECIDE_BY_SLACK, answer, PATIENCE_S)
        except Declined as declined:
            return declined.message
        except Unanswered as error:
            logger.warning("an answer from Slack was not taken: %s", error)
            return "Your answer was not taken: nobody is there to take it. Try again."
        return ""


async def _body(request: Request) -> bytes | None:
    """Return the whole body, None where it is longer than any of Slack's."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST:
            return None
    return body
