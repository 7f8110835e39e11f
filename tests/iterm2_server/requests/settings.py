"""Preferences, menu items, selections, colours: kept and told, without any effect on a screen."""

import base64
import json

from iterm2 import api_pb2 as api

from tests.iterm2_server.world import Listener, World

MENU = ("Clear Buffer", "Clear Scrollback Buffer", "Select All", "New Tab", "Find.Find...")
PRESETS = ("Light Background", "Dark Background")
_ERASE = {"Clear Buffer": b"\x1b[H\x1b[2J\x1b[3J", "Clear Scrollback Buffer": b"\x1b[3J"}
_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
_Result = api.PreferencesResponse.Result


def preferences(
    world: World, _client: Listener, request: api.PreferencesRequest
) -> api.PreferencesResponse:
    return api.PreferencesResponse(results=[_preference(world, each) for each in request.requests])


def _preference(
    world: World, request: api.PreferencesRequest.Request
) -> api.PreferencesResponse.Result:
    match request.WhichOneof("request"):
        case "get_preference_request":
            value = world.preferences.get(request.get_preference_request.key)
            got = _Result.GetPreferenceResult(json_value=json.dumps(value))
            return _Result(get_preference_result=got)
        case "set_preference_request":
            return _set_preference(world, request.set_preference_request)
        case "get_default_profile_request":
            guid = str(world.profiles.all[0]["Guid"])
            return _Result(get_default_profile_result=_Result.GetDefaultProfileResult(guid=guid))
        case "set_default_profile_request":
            return _set_default(world, request.set_default_profile_request.guid)
        case _:
            return _Result(unrecognized_request=_Result.UnrecognizedResult())


def _set_preference(
    world: World, request: api.PreferencesRequest.Request.SetPreference
) -> api.PreferencesResponse.Result:
    said = _Result.SetPreferenceResult
    try:
        world.preferences[request.key] = json.loads(request.json_value)
    except json.JSONDecodeError:
        return _Result(set_preference_result=said(status=said.BAD_JSON))
    return _Result(set_preference_result=said(status=said.OK))


def _set_default(world: World, guid: str) -> api.PreferencesResponse.Result:
    said = _Result.SetDefaultProfileResult
    profile = world.profiles.find(guid)
    if profile is None:
        return _Result(set_default_profile_result=said(status=said.BAD_GUID))
    world.profiles.all.remove(profile)
    world.profiles.all.insert(0, profile)
    return _Result(set_default_profile_result=said(status=said.OK))


def menu_item(
    world: World, _client: Listener, request: api.MenuItemRequest
) -> api.MenuItemResponse:
    if request.identifier not in MENU:
        return api.MenuItemResponse(status=api.MenuItemResponse.BAD_IDENTIFIER)
    session = world.app.session("active")
    if session is None:
        return api.MenuItemResponse(status=api.MenuItemResponse.DISABLED)
    if not request.query_only and request.identifier in _ERASE:
        session.inject(_ERASE[request.identifier])
    return api.MenuItemResponse(status=api.MenuItemResponse.OK, checked=False, enabled=True)


def selection(
    world: World, _client: Listener, request: api.SelectionRequest
) -> api.SelectionResponse:
    kind = request.WhichOneof("request")
    said = api.SelectionResponse
    if kind is None:
        return said(status=said.REQUEST_MALFORMED)
    asked = getattr(request, kind)
    session = world.app.session(asked.session_id)
    if session is None:
        return said(status=said.INVALID_SESSION)
    if kind == "set_selection_request":
        world.selections[session.id] = asked.selection.SerializeToString()
        return said(status=said.OK, set_selection_response=said.SetSelectionResponse())
    now = api.Selection.FromString(world.selections.get(session.id, b""))
    return said(status=said.OK, get_selection_response=said.GetSelectionResponse(selection=now))


def color_preset(
    _world: World, _client: Listener, request: api.ColorPresetRequest
) -> api.ColorPresetResponse:
    said = api.ColorPresetResponse
    match request.WhichOneof("request"):
        case "list_presets":
            return said(status=said.OK, list_presets=said.ListPresets(name=PRESETS))
        case "get_preset" if request.get_preset.name in PRESETS:
            return said(status=said.OK, get_preset=said.GetPreset())
        case "get_preset":
            return said(status=said.PRESET_NOT_FOUND)
        case _:
            return said(status=said.REQUEST_MALFORMED)


def screenshot(
    world: World, _client: Listener, request: api.ScreenshotRequest
) -> api.ScreenshotResponse:
    said = api.ScreenshotResponse
    if world.app.session(request.session) is None:
        return said(status=said.SESSION_NOT_FOUND)
    return said(status=said.OK, png=_PIXEL)
