"""Writes the vocabulary down for other programs: JSON Schemas and an AsyncAPI 3 document."""

import json
from pathlib import Path
from typing import Final

import msgspec

from events import approvers, nodes, operations, policy, sessions
from events.base import SessionEvent
from events.calls import ToolCallServed
from events.envelope import SPEC_VERSION
from events.lifecycle import DRIVER, FRONT, REVIEWER, publishers
from events.subjects import EVENTS, fact
from events.vocabulary import ALL

type Json = dict[str, object]

HERE: Final = Path(__file__).parent
OPERATOR: Final = "operator"
STATED_BY: Final = {
    **publishers(),
    ToolCallServed: frozenset({FRONT}),
    policy.PolicyLayerLoaded: frozenset({REVIEWER}),
    approvers.ApproverEnrolled: frozenset({REVIEWER}),
    approvers.ApproverRevoked: frozenset({REVIEWER}),
    **dict.fromkeys(
        (
            sessions.SessionOpened,
            sessions.SessionResized,
            sessions.SessionClosed,
            sessions.SessionLost,
            sessions.RecordingGapped,
            sessions.ControlTaken,
            sessions.ControlReturned,
            nodes.NodeStarted,
            nodes.NodeStopped,
        ),
        frozenset({DRIVER}),
    ),
    operations.LogRestored: frozenset({OPERATOR}),
    operations.HandlingFailed: frozenset({REVIEWER, DRIVER}),
}
"""Who states each fact."""

_SCHEMAS = "#/components/schemas/{name}"
_TEXT: Json = {"type": "string"}
_HEADERS: Json = {
    "type": "object",
    "required": ["Nats-Msg-Id", "ce-id", "ce-specversion", "ce-type", "ce-source", "ce-time"],
    "properties": {
        "Nats-Msg-Id": {"type": "string", "description": "Equals ce-id; a repeat is stored once."},
        "ce-specversion": {"const": SPEC_VERSION},
        "ce-id": _TEXT,
        "ce-type": {"type": "string", "description": "The class name, also `type` in the body."},
        "ce-source": {"type": "string", "description": "/node/service, percent-encoded."},
        "ce-time": {"type": "string", "format": "date-time"},
        "ce-datacontenttype": {"const": "application/json"},
        "ce-subject": {"type": "string", "description": "The call, where there is one."},
        "ce-actor": {"type": "string", "description": "Who wanted it, percent-encoded."},
        "ce-correlationid": _TEXT,
        "ce-causationid": {"type": "string", "description": "The event that this one answers."},
        "traceparent": {"type": "string", "description": "W3C trace context."},
    },
}


def catalogue() -> Json:
    """Return the JSON Schema of every event and of every part of one."""
    references, definitions = msgspec.json.schema_components(ALL, ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Events of enhanced-iterm-mcp",
        "oneOf": list(references),
        "$defs": dict(sorted(definitions.items())),
    }


def asyncapi() -> Json:
    """Return who says what where."""
    _, schemas = msgspec.json.schema_components(ALL, ref_template=_SCHEMAS)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "enhanced-iterm-mcp",
            "version": "1",
            "description": "The event log. Every fact is repeated live under live.evt.>.",
        },
        "defaultContentType": "application/json",
        "channels": {fact(event): _channel(event) for event in ALL},
        "operations": {
            f"{publisher}.{fact(event)}": _operation(publisher, event)
            for event in ALL
            for publisher in sorted(STATED_BY[event])
        },
        "components": {
            "messages": {event.__name__: _message(event) for event in ALL},
            "messageTraits": {"envelope": {"headers": _HEADERS}},
            "schemas": _without_discriminators(dict(sorted(schemas.items()))),
        },
    }


def _channel(event: type[SessionEvent]) -> Json:
    name = event.__name__
    return {
        "address": f"{EVENTS}.{{node}}.{{session}}.{fact(event)}",
        "parameters": {
            "node": {"description": "The node; _ for a fact about the whole system."},
            "session": {"description": "The session; _ for a fact about a node."},
        },
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
    }


def _operation(publisher: str, event: type[SessionEvent]) -> Json:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{fact(event)}"},
        "tags": [{"name": publisher}],
        "messages": [{"$ref": f"#/channels/{fact(event)}/messages/{event.__name__}"}],
    }


def _message(event: type[SessionEvent]) -> Json:
    return {
        "name": event.__name__,
        "summary": event.__doc__,
        "contentType": "application/json",
        "traits": [{"$ref": "#/components/messageTraits/envelope"}],
        "payload": {"$ref": _SCHEMAS.format(name=event.__name__)},
    }


def _without_discriminators(schemas: Json) -> Json:
    """Leave out what OpenAPI and AsyncAPI write differently; the tags themselves say enough."""

    def plain(found: Json) -> Json:
        return {key: value for key, value in found.items() if key != "discriminator"}

    return json.loads(msgspec.json.encode(schemas), object_hook=plain)


DOCUMENTS: Final = {"catalogue.json": catalogue, "asyncapi.json": asyncapi}


def written(document: Json) -> str:
    """Return a document as it is written into its file."""
    return msgspec.json.format(msgspec.json.encode(document)).decode() + "\n"


def main() -> None:
    """Write both files beside this one."""
    for name, document in DOCUMENTS.items():
        (HERE / name).write_text(written(document()), encoding="utf-8")


if __name__ == "__main__":
    main()
