"""New windows, tabs and panes, and the end of them."""

from iterm2 import api_pb2 as api

from tests.iterm2_server.jobs import busy
from tests.iterm2_server.profiles import Malformed, assigned
from tests.iterm2_server.session import Session
from tests.iterm2_server.values import Json
from tests.iterm2_server.window import Window
from tests.iterm2_server.world import Listener, World

_Tab = api.CreateTabResponse
_Pane = api.SplitPaneResponse
_Close = api.CloseResponse


async def create_tab(
    world: World, _client: Listener, request: api.CreateTabRequest
) -> api.CreateTabResponse:
    window = world.app.window(request.window_id)
    if request.window_id and window is None:
        return _Tab(status=_Tab.INVALID_WINDOW_ID)
    pairs = [(each.key, each.json_value) for each in request.custom_profile_properties]
    try:
        profile = world.profiles.copy(request.profile_name, assigned(pairs))
    except Malformed:
        return _Tab(status=_Tab.MISSING_SUBSTITUTION)  # it cannot be started
    if profile is None:
        return _Tab(status=_Tab.INVALID_PROFILE_NAME)
    status, session = _opened(world, window, profile, request)
    place = world.app.place(session)
    if place is None:
        return _Tab(status=_Tab.MISSING_SUBSTITUTION)
    return _Tab(status=status, window_id=place[0].id, tab_id=place[1].number, session_id=session.id)


def _opened(
    world: World, window: Window | None, profile: dict[str, Json], request: api.CreateTabRequest
) -> tuple["api.CreateTabResponse.Status.ValueType", Session]:
    """Open it; a tab that cannot be where it is wanted is opened at the end."""
    if window is None:
        return _Tab.OK, world.desk.open_window(profile)
    end = len(window.tabs)
    index = request.tab_index if request.HasField("tab_index") else end
    select = request.select_tab if request.HasField("select_tab") else True
    session = world.desk.open_tab(window, profile, index=min(index, end), select=select)
    return (_Tab.INVALID_TAB_INDEX if index > end else _Tab.OK), session


async def split_pane(
    world: World, _client: Listener, request: api.SplitPaneRequest
) -> api.SplitPaneResponse:
    sessions = [one for one in world.app.named(request.session) if world.app.place(one)]
    if not sessions:
        return _Pane(status=_Pane.SESSION_NOT_FOUND)
    pairs = [(each.key, each.json_value) for each in request.custom_profile_properties]
    try:
        changes = assigned(pairs)
    except Malformed:
        return _Pane(status=_Pane.MALFORMED_CUSTOM_PROFILE_PROPERTY)
    if world.profiles.copy(request.profile_name, changes) is None:
        return _Pane(status=_Pane.INVALID_PROFILE_NAME)
    new: list[Session] = []
    for session in sessions:
        profile = world.profiles.copy(request.profile_name, changes) or {}
        vertical = request.split_direction == api.SplitPaneRequest.VERTICAL
        pane = world.desk.split(session, profile, vertical=vertical, before=request.before)
        new.extend([pane] if pane else [])
    status = _Pane.OK if len(new) == len(sessions) else _Pane.CANNOT_SPLIT
    return _Pane(status=status, session_id=[session.id for session in new])


async def close(world: World, _client: Listener, request: api.CloseRequest) -> api.CloseResponse:
    groups = _targets(world, request)
    return _Close(statuses=[await _close(world, group, request.force) for group in groups])


def _targets(world: World, request: api.CloseRequest) -> list[list[Session] | None]:
    """Return the sessions of each thing to close, None for what is not there."""
    app = world.app
    windows = [app.window(window_id) for window_id in request.windows.window_ids]
    tabs = [app.tab(tab_id) for tab_id in request.tabs.tab_ids]
    sessions = [app.session(session_id) for session_id in request.sessions.session_ids]
    return [
        *(list(window.sessions()) if window else None for window in windows),
        *(tab.sessions() if tab else None for tab in tabs),
        *([session] if session else None for session in sessions),
    ]


async def _close(
    world: World, sessions: list[Session] | None, force: bool
) -> "api.CloseResponse.Status.ValueType":
    if sessions is None:
        return _Close.NOT_FOUND
    if not force and any(busy(session) for session in sessions) and not await world.human.asked():
        return _Close.USER_DECLINED
    for session in sessions:
        if session in world.app.everything():
            world.app.disinter(session)
            world.desk.close(session)
    return _Close.OK


async def restart_session(
    world: World, _client: Listener, request: api.RestartSessionRequest
) -> api.RestartSessionResponse:
    session = world.app.session(request.session_id)
    if session is None:
        return api.RestartSessionResponse(status=api.RestartSessionResponse.SESSION_NOT_FOUND)
    if request.only_if_exited and not session.exited:
        return api.RestartSessionResponse(status=api.RestartSessionResponse.SESSION_NOT_RESTARTABLE)
    await world.desk.restart(session)
    return api.RestartSessionResponse(status=api.RestartSessionResponse.OK)
