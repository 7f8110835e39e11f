"""Slack for tests: its API as the real client speaks to it, and buttons as it signs them."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import httpx2
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, Router

from services.runtime.web import Address, listening

TOKEN, SECRET, CHANNEL = "xoxb-test", "a signing secret", "C012AB3CD"


class Workspace:
    """One channel, and everything that was sent to it."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.messages: dict[str, dict[str, Any]] = {}

    def app(self) -> Router:
        return Router([Route("/api/{method}", self.called, methods=["POST"])])

    async def called(self, request: Request) -> JSONResponse:
        """Answer as Slack does: always 200, and `ok` says how it went."""
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return JSONResponse({"ok": False, "error": "invalid_auth"})
        method, said = request.path_params["method"], await request.json()
        if said["channel"] != CHANNEL:
            return JSONResponse({"ok": False, "error": "channel_not_found"})
        self.calls.append((method, said))
        if method == "chat.postEphemeral":
            return JSONResponse({"ok": True, "message_ts": "1.0"})
        ts = said.get("ts") or f"1700000000.{len(self.messages):06}"
        if method == "chat.update" and ts not in self.messages:
            return JSONResponse({"ok": False, "error": "message_not_found"})
        self.messages[ts] = said
        return JSONResponse({"ok": True, "channel": CHANNEL, "ts": ts, "message": said})

    def about(self, approval_id: str) -> list[str]:
        """Return the messages that have buttons about this question."""
        return [ts for ts, said in self.messages.items() if approval_id in json.dumps(said)]


@asynccontextmanager
async def workspace() -> AsyncIterator[Workspace]:
    """Run it on this machine."""
    slack = Workspace()
    async with listening(slack.app(), Address("127.0.0.1", 0, "a test")) as port:
        slack.url = f"http://127.0.0.1:{port}/api/"
        yield slack


def pressed(verdict: str, approval_id: str, user: str = "U0ADA") -> bytes:
    """Return what Slack sends when somebody pressed a button."""
    payload = {
        "type": "block_actions",
        "api_app_id": "A01",
        "team": {"id": "T01", "domain": "example"},
        "user": {"id": user, "username": "ada", "team_id": "T01"},
        "container": {"type": "message", "message_ts": "1700000000.000000"},
        "trigger_id": "1.2.3",
        "channel": {"id": CHANNEL, "name": "approvals"},
        "response_url": "https://hooks.slack.com/actions/T01/1/x",
        "actions": [
            {
                "type": "button",
                "action_id": verdict,
                "block_id": approval_id,
                "value": approval_id,
                "action_ts": "1700000001.000000",
            }
        ],
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


def signed(body: bytes, *, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """Return the headers with which Slack signs a request, now or at another time."""
    timestamp = str(int(time.time() if at is None else at))
    made = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    return {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": made or "",
    }


async def sent(url: str, body: bytes, headers: dict[str, str] | None = None) -> int:
    """Send a pressed button as Slack does; return the status."""
    async with httpx2.AsyncClient(timeout=20) as http:
        at = f"{url}/slack/interactions"
        answer = await http.post(at, content=body, headers=headers or signed(body))
    return answer.status_code
