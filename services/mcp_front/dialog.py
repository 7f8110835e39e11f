"""How a client shows its user a question: within the call, or between two requests of it."""

import logging
import re
from typing import Any, Final

from mcp.shared.exceptions import MCPError
from mcp.types import (
    CallToolRequestParams,
    ClientCapabilities,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequiredResult,
)
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from services.mcp_front.identity import Request
from services.mcp_front.ports import Asked, Said

logger = logging.getLogger(__name__)
KEY: Final = "approve"
"""The one field of the form, and the name of the question among those of a request."""
FORM: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        KEY: {
            "type": "boolean",
            "title": "Let exactly this happen, once",
            "description": "No refuses it. Closing this leaves it open: eim approvals shows it.",
        }
    },
    "required": [KEY],
}
_STATE: Final = re.compile(r"(?P<call>[A-Za-z0-9_-]{1,64})\.(?P<approval>[A-Za-z0-9_-]{1,64})")


class WithinTheCall:
    """A client of 2025-11-25 and before: it is asked while its call waits."""

    resumes = ""
    pending: InputRequiredResult | None = None

    def __init__(self, request: Request) -> None:
        self._request = request

    async def ask(self, asked: Asked) -> Said:
        """Show the question. To cancel this takes it back from the screen."""
        session, call = self._request.session, self._request.request_id
        try:
            return said(await session.elicit_form(asked.text, FORM, call))
        except (MCPError, ValidationError) as error:
            logger.warning("a client that can ask its user did not: %s", error)
            return "nothing"


class BetweenRequests:
    """A client of 2026-07-28: the answer to its call is the question, and it calls again.

    What it sends back then names the call and the question. It is not sealed: nothing in it is
    believed, the call must be the caller's own, have the same arguments and be asked about still.
    """

    def __init__(self, params: CallToolRequestParams) -> None:
        self.pending: InputRequiredResult | None = None
        state = _STATE.fullmatch(params.request_state or "")
        self.resumes = state["call"] if state else ""
        self._approval_id = state["approval"] if state else ""
        self._answer = (params.input_responses or {}).get(KEY)

    async def ask(self, asked: Asked) -> Said:
        """Return the answer that came with this request, or have the client ask for it."""
        if asked.approval_id == self._approval_id:
            return said(self._answer)
        form = ElicitRequestFormParams(message=asked.text, requested_schema=FORM)
        self.pending = InputRequiredResult(
            input_requests={KEY: ElicitRequest(params=form)},
            request_state=f"{asked.call_id}.{asked.approval_id}",
        )
        return "later"


type Dialog = WithinTheCall | BetweenRequests


def dialog_of(request: Request, params: CallToolRequestParams) -> Dialog | None:
    """Return the way to ask the client's user, None where the client has declared none."""
    if not _shows_forms(request.session.client_capabilities):
        return None
    if request.protocol_version in MODERN_PROTOCOL_VERSIONS:
        return BetweenRequests(params)
    return WithinTheCall(request) if request.session.can_send_request else None


def said(result: object) -> Said:
    """Read an answer. Whatever is no clear yes or no is nothing."""
    if not isinstance(result, ElicitResult) or result.action == "cancel":
        return "nothing"
    if result.action == "decline":
        return "no"
    match (result.content or {}).get(KEY):
        case True:
            return "yes"
        case False:
            return "no"
        case _:
            return "nothing"


def _shows_forms(capabilities: ClientCapabilities | None) -> bool:
    """A bare `elicitation: {}` means forms: there were no others when it was introduced."""
    declared = capabilities.elicitation if capabilities else None
    return declared is not None and (declared.form is not None or declared.url is None)
