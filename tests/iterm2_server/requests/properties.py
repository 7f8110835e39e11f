"""Properties of sessions and windows."""

import json

from iterm2 import api_pb2 as api

from tests.iterm2_server.session import Session
from tests.iterm2_server.tree import CELL_HEIGHT, CELL_WIDTH, frame
from tests.iterm2_server.values import Json
from tests.iterm2_server.window import Window
from tests.iterm2_server.world import Listener, World

_Get = api.GetPropertyResponse
_Set = api.SetPropertyResponse


def get_property(
    world: World, _client: Listener, request: api.GetPropertyRequest
) -> api.GetPropertyResponse:
    if request.WhichOneof("identifier") == "window_id":
        window = world.app.window(request.window_id)
        values = _window(window) if window else None
    else:
        session = world.app.session(request.session_id)
        values = _session(world, session) if session else None
    if values is None:
        return _Get(status=_Get.INVALID_TARGET)
    if request.name not in values:
        return _Get(status=_Get.UNRECOGNIZED_NAME)
    return _Get(status=_Get.OK, json_value=json.dumps(values[request.name]))


def _session(world: World, session: Session) -> dict[str, Json]:
    cols, rows = session.size
    grid = session.grid
    return {
        "grid_size": {"width": cols - 1, "height": rows - 1},  # as iTerm2 does: one too few
        "buried": session in world.app.buried,
        "number_of_lines": {
            "overflow": grid.overflow,
            "grid": rows,
            "history": grid.history,
            "first_visible": grid.above,
        },
    }


def _window(window: Window) -> dict[str, Json]:
    shown = frame(window.origin, window.size)
    origin: Json = {"x": shown.origin.x, "y": shown.origin.y}
    size: Json = {"width": shown.size.width, "height": shown.size.height}
    return {"frame": {"origin": origin, "size": size}, "fullscreen": window.fullscreen}


def set_property(
    world: World, _client: Listener, request: api.SetPropertyRequest
) -> api.SetPropertyResponse:
    try:
        value = json.loads(request.json_value)
    except json.JSONDecodeError:
        return _Set(status=_Set.INVALID_VALUE)
    try:
        return _Set(status=_set(world, request, value))
    except (KeyError, TypeError, ValueError):
        return _Set(status=_Set.INVALID_VALUE)


def _set(
    world: World, request: api.SetPropertyRequest, value
) -> "api.SetPropertyResponse.Status.ValueType":
    if request.WhichOneof("identifier") == "window_id":
        window = world.app.window(request.window_id)
        return _set_window(world, window, request.name, value) if window else _Set.INVALID_TARGET
    session = next(iter(world.app.named(request.session_id)), None)
    return _set_session(world, session, request.name, value) if session else _Set.INVALID_TARGET


def _set_session(
    world: World, session: Session, name: str, value
) -> "api.SetPropertyResponse.Status.ValueType":
    place = world.app.place(session)
    if name == "grid_size" and place:
        window = place[0]
        if window.fullscreen:
            return _Set.IMPOSSIBLE
        wider = int(value["width"]) - session.size[0]
        taller = int(value["height"]) - session.size[1]
        world.human.resizes(window, (window.size[0] + wider, window.size[1] + taller))
        return _Set.OK
    if name == "buried":
        if value and place:
            world.app.bury(session)
        elif not value:
            world.app.disinter(session)
        return _Set.OK
    return _Set.UNRECOGNIZED_NAME


def _set_window(
    world: World, window: Window, name: str, value
) -> "api.SetPropertyResponse.Status.ValueType":
    if name == "fullscreen":
        window.fullscreen = bool(value)
        return _Set.OK
    if name == "frame":
        window.origin = (value["origin"]["x"] // CELL_WIDTH, value["origin"]["y"] // CELL_HEIGHT)
        size = value["size"]
        cells = (int(size["width"]) // CELL_WIDTH, int(size["height"]) // CELL_HEIGHT)
        world.human.resizes(window, cells)
        return _Set.OK
    return _Set.UNRECOGNIZED_NAME
