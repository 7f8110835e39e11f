"""Text to sessions, as if typed or as if printed; and several sessions typed to at once."""

from iterm2 import api_pb2 as api

from tests.iterm2_server.session import Session
from tests.iterm2_server.world import Listener, World

_Set = api.SetBroadcastDomainsResponse


def send_text(
    world: World, _client: Listener, request: api.SendTextRequest
) -> api.SendTextResponse:
    sessions = [one for one in world.app.named(request.session) if not one.exited]
    if not sessions:
        return api.SendTextResponse(status=api.SendTextResponse.SESSION_NOT_FOUND)
    for session in sessions:
        receivers = [session] if request.suppress_broadcast else _domain(world, session)
        for receiver in receivers:
            receiver.type(request.text)
    return api.SendTextResponse(status=api.SendTextResponse.OK)


def _domain(world: World, session: Session) -> list[Session]:
    return next((domain for domain in world.app.broadcast if session in domain), [session])


def inject(world: World, _client: Listener, request: api.InjectRequest) -> api.InjectResponse:
    statuses: list[api.InjectResponse.Status.ValueType] = []
    for name in request.session_id:
        sessions = world.app.named(name)
        for session in sessions:
            session.inject(request.data)
        found = api.InjectResponse.OK if sessions else api.InjectResponse.SESSION_NOT_FOUND
        statuses.append(found)
    return api.InjectResponse(status=statuses)


def get_broadcast_domains(
    world: World, _client: Listener, _request: api.GetBroadcastDomainsRequest
) -> api.GetBroadcastDomainsResponse:
    return api.GetBroadcastDomainsResponse(broadcast_domains=world.app.broadcast_domains())


def set_broadcast_domains(
    world: World, _client: Listener, request: api.SetBroadcastDomainsRequest
) -> api.SetBroadcastDomainsResponse:
    domains: list[list[Session]] = []
    for asked in request.broadcast_domains:
        found = [world.app.session(name) for name in asked.session_ids]
        sessions = [session for session in found if session]
        if len(sessions) < len(found):
            return _Set(status=_Set.SESSION_NOT_FOUND)
        places = [world.app.place(session) for session in sessions]
        if len({place[0].id if place else "" for place in places}) > 1:
            return _Set(status=_Set.SESSIONS_NOT_IN_SAME_WINDOW)
        domains.append(sessions)
    world.app.set_broadcast(domains)
    return _Set(status=_Set.OK)
