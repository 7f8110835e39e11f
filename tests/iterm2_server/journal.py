"""What was asked and what was answered, one line each."""

import json
from dataclasses import dataclass, field
from typing import TextIO

from google.protobuf.json_format import MessageToJson
from iterm2 import api_pb2 as api

LONGEST = 300


@dataclass(frozen=True)
class Entry:
    """One request of one client."""

    client: str
    key: str
    request: str
    asked: api.ClientOriginatedMessage
    answered: api.ServerOriginatedMessage

    def line(self) -> str:
        status = self.answered.error or _status(self.answered)
        return f"{self.key[:8]} {self.client} {self.request} {_short(self.asked)} -> {status}"


@dataclass
class Journal:
    """All requests, and where they are written."""

    out: TextIO | None = None
    entries: list[Entry] = field(default_factory=list[Entry])

    def record(
        self,
        client: str,
        key: str,
        asked: api.ClientOriginatedMessage,
        answered: api.ServerOriginatedMessage,
    ) -> None:
        name = (asked.WhichOneof("submessage") or "none").removesuffix("_request")
        entry = Entry(client, key, name, asked, answered)
        self.entries.append(entry)
        if self.out is not None:
            print(entry.line(), file=self.out, flush=True)

    def requests(self) -> list[str]:
        return [entry.request for entry in self.entries]


def _short(message: api.ClientOriginatedMessage) -> str:
    name = message.WhichOneof("submessage")
    text = MessageToJson(getattr(message, name), indent=None) if name else "{}"
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _status(message: api.ServerOriginatedMessage) -> str:
    name = message.WhichOneof("submessage")
    answer = json.loads(MessageToJson(getattr(message, name))) if name else {}
    return str(answer.get("status") or answer.get("statuses") or "OK")
