"""Profiles, and what a session has of its own."""

from iterm2 import api_pb2 as api

from tests.iterm2_server.profiles import Malformed, assigned, told
from tests.iterm2_server.values import Json
from tests.iterm2_server.world import Listener, World

_Get = api.GetProfilePropertyResponse
_Set = api.SetProfilePropertyResponse


def list_profiles(
    world: World, _client: Listener, request: api.ListProfilesRequest
) -> api.ListProfilesResponse:
    wanted = [
        profile
        for profile in world.profiles.all
        if not request.guids or profile["Guid"] in request.guids
    ]
    return api.ListProfilesResponse(
        profiles=[
            api.ListProfilesResponse.Profile(properties=told(profile, request.properties))
            for profile in wanted
        ]
    )


def get_profile_property(
    world: World, _client: Listener, request: api.GetProfilePropertyRequest
) -> api.GetProfilePropertyResponse:
    session = world.app.session(request.session)
    if session is None:
        return _Get(status=_Get.SESSION_NOT_FOUND)
    return _Get(status=_Get.OK, properties=told(session.profile, request.keys))


def set_profile_property(
    world: World, _client: Listener, request: api.SetProfilePropertyRequest
) -> api.SetProfilePropertyResponse:
    pairs = [(each.key, each.json_value) for each in request.assignments]
    if not pairs:
        pairs = [(request.key, request.json_value)]
    try:
        changes = assigned(pairs)
    except Malformed:
        return _Set(status=_Set.REQUEST_MALFORMED)
    return _Set(status=_change(world, request, changes))


def _change(
    world: World, request: api.SetProfilePropertyRequest, changes: dict[str, Json]
) -> "api.SetProfilePropertyResponse.Status.ValueType":
    if request.WhichOneof("target") == "session":
        sessions = world.app.named(request.session)
        for session in sessions:
            session.profile.update(changes)
            session.variables["badge"] = session.profile["Badge Text"]
        return _Set.OK if sessions else _Set.SESSION_NOT_FOUND
    profiles = [world.profiles.find(guid) for guid in request.guid_list.guids]
    found = [profile for profile in profiles if profile is not None]
    if len(found) < len(profiles):
        return _Set.BAD_GUID
    for profile in found:
        profile.update(changes)
    return _Set.OK if found else _Set.REQUEST_MALFORMED
