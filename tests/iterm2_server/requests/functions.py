"""Functions that are called by their text, as `iterm2.set_name(name: "x")`."""

import re
from collections.abc import Callable

from iterm2 import api_pb2 as api

from tests.iterm2_server.session import Session
from tests.iterm2_server.window import Tab, Window
from tests.iterm2_server.world import Listener, World

_Response = api.InvokeFunctionResponse
_CALL = re.compile(r"(?P<name>[\w.]+)\((?P<arguments>.*)\)", re.DOTALL)
_ARGUMENT = re.compile(r'\s*(\w+)\s*:\s*(?:"((?:[^"\\]|\\["\\])*)"|([\w.-]+))\s*(?:,|$)', re.DOTALL)
type Target = Session | Tab | Window | None


def _failed(status: "api.InvokeFunctionResponse.Status.ValueType", reason: str):
    return _Response(error=_Response.Error(status=status, error_reason=reason))


async def invoke_function(
    world: World, _client: Listener, request: api.InvokeFunctionRequest
) -> api.InvokeFunctionResponse:
    context = request.WhichOneof("context")
    if context is None:
        return _failed(_Response.REQUEST_MALFORMED, "Invalid context")
    if context == "method" and not request.method.receiver:
        return _failed(_Response.REQUEST_MALFORMED, "No receiver")
    target = _target(world, request, context)
    if target is None and context != "app":
        return _failed(_Response.INVALID_ID, f"No such {context}")
    call = _CALL.fullmatch(request.invocation.strip())
    if call is None:
        return _failed(_Response.FAILED, f"Syntax error: {request.invocation}")
    function = FUNCTIONS.get((call["name"], type(target)))
    if function is None:
        return _failed(_Response.FAILED, f"No such function: {call['name']}")
    function(target, _arguments(call["arguments"]))
    return _Response(success=_Response.Success(json_result="null"))


def _target(world: World, request: api.InvokeFunctionRequest, context: str) -> Target:
    app = world.app
    match context:
        case "session":
            return app.session(request.session.session_id)
        case "tab":
            return app.tab(request.tab.tab_id)
        case "window":
            return app.window(request.window.window_id)
        case "method":
            receiver = request.method.receiver
            return app.session(receiver) or app.tab(receiver) or app.window(receiver)
        case _:
            return None


def _arguments(text: str) -> dict[str, str]:
    return {
        match[1]: re.sub(r'\\(["\\])', r"\1", match[2]) if match[2] is not None else match[3]
        for match in _ARGUMENT.finditer(text)
    }


def _set_name(session, arguments: dict[str, str]) -> None:
    session.rename(arguments.get("name", ""))


def _set_title(target, arguments: dict[str, str]) -> None:
    title = arguments.get("title", "")
    target.variables["titleOverride"] = title or None
    target.variables["title"] = title


FUNCTIONS: dict[tuple[str, type], Callable[..., None]] = {
    ("iterm2.set_name", Session): _set_name,
    ("iterm2.set_title", Tab): _set_title,
    ("iterm2.set_title", Window): _set_title,
}
