"""Subscriptions, and transactions."""

from iterm2 import api_pb2 as api

from tests.iterm2_server.subscriptions import GLOBAL, PER_SESSION, Subscription
from tests.iterm2_server.world import Listener, World

_Response = api.NotificationResponse
_Done = api.TransactionResponse


def notification(
    world: World, client: Listener, request: api.NotificationRequest
) -> api.NotificationResponse:
    if not request.HasField("subscribe"):
        return _Response(status=_Response.REQUEST_MALFORMED)
    target, status = _target(world, request)
    if status != _Response.OK:
        return _Response(status=status)
    subscriptions = world.app.notices.subscriptions
    wanted = Subscription(client, request.notification_type, target, request)
    change = subscriptions.add if request.subscribe else subscriptions.remove
    return _Response(status=change(wanted))


def _target(
    world: World, request: api.NotificationRequest
) -> tuple[str, "api.NotificationResponse.Status.ValueType"]:
    """Say which session is meant; "active" is the one that is active now."""
    kind = request.notification_type
    if kind in GLOBAL:
        return "", _Response.OK
    if kind == api.NOTIFY_ON_VARIABLE_CHANGE:
        return "", _watched(world, request.variable_monitor_request)
    if kind not in PER_SESSION:
        return "", _Response.SESSION_NOT_FOUND
    if request.session == "all":
        return "all", _Response.OK
    session = world.app.session(request.session)
    return (session.id, _Response.OK) if session else ("", _Response.SESSION_NOT_FOUND)


def _watched(
    world: World, request: api.VariableMonitorRequest
) -> "api.NotificationResponse.Status.ValueType":
    app, identifier = world.app, request.identifier
    if request.scope == api.APP:
        return _Response.OK
    if identifier == "all":
        several = request.scope in (api.SESSION, api.WINDOW)
        return _Response.OK if several else _Response.INVALID_IDENTIFIER
    found = {
        api.SESSION: app.session,
        api.TAB: app.tab,
        api.WINDOW: app.window,
    }.get(request.scope, app.session)(identifier)
    return _Response.OK if found else _Response.INVALID_IDENTIFIER


def transaction(
    world: World, client: Listener, request: api.TransactionRequest
) -> api.TransactionResponse:
    if request.begin:
        begun = world.turns.begin(client)
        return _Done(status=_Done.OK if begun else _Done.ALREADY_IN_TRANSACTION)
    return _Done(status=_Done.OK if world.turns.end() else _Done.NO_TRANSACTION)
