"""What is open, and what is in front."""

from typing import NamedTuple

from iterm2 import api_pb2 as api

from tests.iterm2_server.app import App
from tests.iterm2_server.session import Session
from tests.iterm2_server.window import Tab, Window
from tests.iterm2_server.world import Listener, World

_Window = api.FocusChangedNotification.Window
_Focus = api.FocusChangedNotification


class Found(NamedTuple):
    """What a request is about, and what that is in."""

    window: Window
    tab: Tab | None = None
    session: Session | None = None


def list_sessions(world: World, _client: Listener, _request: api.ListSessionsRequest):
    return world.app.layout()


def focus(world: World, _client: Listener, _request: api.FocusRequest) -> api.FocusResponse:
    app = world.app
    told = [_Focus(application_active=app.active)]
    told.append(_Focus(window=_front_window(app)))
    for window in app.windows:
        if window.selected is not None:
            told.append(_Focus(selected_tab=window.selected.id))
        told.extend(_Focus(session=tab.active.id) for tab in window.tabs)
    return api.FocusResponse(notifications=told)


def _front_window(app: App) -> api.FocusChangedNotification.Window:
    if app.key is None:
        return _Window(window_status=_Window.TERMINAL_WINDOW_RESIGNED_KEY)
    became, current = _Window.TERMINAL_WINDOW_BECAME_KEY, _Window.TERMINAL_WINDOW_IS_CURRENT
    return _Window(window_status=became if app.active else current, window_id=app.key.id)


def activate(world: World, _client: Listener, request: api.ActivateRequest) -> api.ActivateResponse:
    status = _activate(world, request)
    if status == api.ActivateResponse.OK and request.HasField("activate_app"):
        world.app.set_active(True)
    return api.ActivateResponse(status=status)


def _activate(
    world: World, request: api.ActivateRequest
) -> "api.ActivateResponse.Status.ValueType":
    kind = request.WhichOneof("identifier")
    if kind is None:
        return api.ActivateResponse.OK
    found = _found(world, request, kind)
    if found is None:
        return api.ActivateResponse.BAD_IDENTIFIER
    if (request.select_tab and not found.tab) or (request.select_session and not found.session):
        return api.ActivateResponse.INVALID_OPTION
    if request.select_session and found.tab and found.session:
        world.app.activate(found.tab, found.session)
    _front(world, request, found)
    return api.ActivateResponse.OK


def _front(world: World, request: api.ActivateRequest, found: Found) -> None:
    if request.order_window_front:
        world.app.focus(found.window)
    if request.select_tab and found.tab:
        world.app.select(found.window, found.tab)


def _found(world: World, request: api.ActivateRequest, kind: str) -> Found | None:
    """Return what is named and what it is in; a buried session comes back for that."""
    app = world.app
    if kind == "window_id":
        window = app.window(request.window_id)
        return Found(window) if window else None
    if kind == "tab_id":
        tab = app.tab(request.tab_id)
        holders = [window for window in app.windows if tab in window.tabs]
        return Found(holders[0], tab) if holders else None
    session = app.session(request.session_id)
    if session is None:
        return None
    app.disinter(session)
    place = app.place(session)
    return Found(*place, session) if place else None
