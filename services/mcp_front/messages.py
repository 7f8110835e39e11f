"""What is wrong with a message before the protocol looks at it, in one sentence for its client."""

from collections.abc import Iterator
from typing import cast

import msgspec
from pydantic_core import from_json

PARSE_ERROR, INVALID_REQUEST, INVALID_PARAMS = -32700, -32600, -32602
type Id = str | int | None
type Message = dict[str, object]


class Error(msgspec.Struct, frozen=True):
    """A JSON-RPC error; its code is one of the standard's."""

    code: int
    message: str


class Fault(msgspec.Struct, frozen=True):
    """The answer to a message that is none; `id` is null where it could not be told."""

    error: Error
    id: Id = None
    jsonrpc: str = "2.0"


def fault(body: bytes) -> Fault | None:
    """Return what is wrong with a message, None if the protocol can take it.

    Read by the parser of the SDK: what that would not take would not be answered over stdio.
    """
    try:
        message: object = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        return Fault(Error(PARSE_ERROR, f"This is not JSON in UTF-8: {error}."))
    if isinstance(message, list):
        return _invalid("A batch is not taken. Send one message at a time.")
    if not isinstance(message, dict):
        return _invalid('A message is an object: {"jsonrpc": "2.0", "id": …, "method": …}.')
    return next(_faults(cast("Message", message)), None)


def _faults(message: Message) -> Iterator[Fault]:
    asked = _id(message.get("id"))
    if "id" in message and asked is None:
        yield _invalid('"id" must be a text or a whole number.')
    if message.get("jsonrpc") != "2.0":
        yield _invalid('"jsonrpc" must be "2.0".', asked)
    if "method" in message:
        yield from _faults_of_request(message, asked)
    elif not {"result", "error"} & message.keys():
        yield _invalid('"method" is missing.', asked)


def _faults_of_request(message: Message, asked: Id) -> Iterator[Fault]:
    if not isinstance(message["method"], str):
        yield _invalid('"method" must be a text.', asked)
    params = message.get("params")
    if params is not None and not isinstance(params, dict):
        yield Fault(Error(INVALID_PARAMS, '"params" must be an object.'), asked)
    elif message["method"] == "tools/call":
        yield from _faults_of_call(cast("Message", params or {}), asked)


def _faults_of_call(params: Message, asked: Id) -> Iterator[Fault]:
    if not isinstance(params.get("name"), str):
        yield Fault(Error(INVALID_PARAMS, '"params.name" must be the name of a tool.'), asked)
    if not isinstance(params.get("arguments", {}), dict | None):
        yield Fault(Error(INVALID_PARAMS, '"params.arguments" must be an object.'), asked)


def _id(value: object) -> Id:
    return value if isinstance(value, str | int) and not isinstance(value, bool) else None


def _invalid(message: str, asked: Id = None) -> Fault:
    return Fault(Error(INVALID_REQUEST, message), asked)
