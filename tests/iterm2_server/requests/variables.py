"""Variables of sessions, tabs, windows and the application."""

import json

from iterm2 import api_pb2 as api

from tests.iterm2_server.variables import SETTABLE, Variables
from tests.iterm2_server.world import Listener, World

_Response = api.VariableResponse
_NOT_FOUND = {
    "session_id": _Response.SESSION_NOT_FOUND,
    "tab_id": _Response.TAB_NOT_FOUND,
    "window_id": _Response.WINDOW_NOT_FOUND,
}


def variable(world: World, _client: Listener, request: api.VariableRequest) -> api.VariableResponse:
    if any(not SETTABLE.fullmatch(each.name) for each in request.set):
        return _Response(status=_Response.INVALID_NAME)
    scope = request.WhichOneof("scope")
    if scope is None:
        return _Response(status=_Response.MISSING_SCOPE)
    identifier = "" if scope == "app" else getattr(request, scope)
    if identifier == "all" and request.get:
        return _Response(status=_Response.MULTI_GET_DISALLOWED)
    scopes = _scopes(world, scope, identifier)
    if not scopes:
        return _Response(status=_NOT_FOUND[scope])
    _assign(scopes, request)
    return _Response(status=_Response.OK, values=_values(world, scope, scopes[0], request))


def _assign(scopes: list[Variables], request: api.VariableRequest) -> None:
    for one in scopes:
        for each in request.set:
            one[each.name] = json.loads(each.value)


def _scopes(world: World, scope: str, identifier: str) -> list[Variables]:
    app = world.app
    if scope == "app":
        return [app.variables]
    if scope == "session_id":
        return [session.variables for session in app.named(identifier)]
    if scope == "window_id":
        window = app.window(identifier)
        return [window.variables] if window else []
    tabs = [tab for window in app.windows for tab in window.tabs]
    return [tab.variables for tab in tabs if identifier in ("all", tab.id)]


def _values(
    world: World, scope: str, variables: Variables, request: api.VariableRequest
) -> list[str]:
    if scope != "session_id":
        return [variables.encoded(name) for name in request.get]
    session = world.app.session(request.session_id)
    place = world.app.place(session) if session else None
    return [
        place[1].variables.encoded(name)
        if place and name.startswith("tab.")
        else variables.encoded(name)
        for name in request.get
    ]
