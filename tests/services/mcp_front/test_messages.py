import json

import pytest

from services.mcp_front.messages import fault

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
CALL = {**PING, "method": "tools/call", "params": {"name": "list_sessions"}}


def without(name):
    return {key: value for key, value in PING.items() if key != name}


@pytest.mark.pure
@pytest.mark.parametrize(
    "message",
    [
        PING,
        CALL,
        {**PING, "id": "a"},
        {**PING, "id": 10**400},
        {**PING, "params": {}},
        {**PING, "params": None},
        without("id"),
        {**CALL, "params": {"name": "x", "arguments": None}},
        {"jsonrpc": "2.0", "id": 1, "result": {}},
        {"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": "no"}},
    ],
)
def test_what_the_protocol_can_take_has_no_fault(message):
    assert fault(json.dumps(message).encode()) is None


@pytest.mark.pure
@pytest.mark.parametrize(
    ("message", "code", "asked", "told"),
    [
        ([PING, PING], -32600, None, "A batch is not taken"),
        (7, -32600, None, "A message is an object"),
        (None, -32600, None, "A message is an object"),
        ({**PING, "jsonrpc": "1.0"}, -32600, 1, '"jsonrpc" must be "2.0"'),
        (without("jsonrpc"), -32600, 1, '"jsonrpc" must be "2.0"'),
        (without("method"), -32600, 1, '"method" is missing'),
        ({**PING, "method": 7}, -32600, 1, '"method" must be a text'),
        ({**PING, "id": None}, -32600, None, '"id" must be'),
        ({**PING, "id": 1.5}, -32600, None, '"id" must be'),
        ({**PING, "id": True}, -32600, None, '"id" must be'),
        ({**PING, "id": {}}, -32600, None, '"id" must be'),
        ({**PING, "params": []}, -32602, 1, '"params" must be an object'),
        ({**CALL, "params": {}}, -32602, 1, '"params.name" must be'),
        ({**CALL, "params": {"name": "x", "arguments": []}}, -32602, 1, '"params.arguments" must'),
    ],
)
def test_what_is_no_message_is_told_with_the_id_where_there_is_one(message, code, asked, told):
    found = fault(json.dumps(message).encode())
    assert (found.error.code, found.id) == (code, asked)
    assert told in found.error.message


@pytest.mark.pure
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b'{"a":"\xff"}',
        b'{"a":"\\ud800"}',
        b'{"a":NaN}',
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'{"id":' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_json_is_told_to_be_none(body):
    found = fault(body)
    assert (found.error.code, found.id) == (-32700, None)
    assert found.error.message.startswith("This is not JSON in UTF-8: ")
