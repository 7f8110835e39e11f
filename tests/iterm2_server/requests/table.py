"""Which request is answered by what."""

from collections.abc import Callable

from iterm2 import api_pb2 as api

from tests.iterm2_server.requests import (
    buffer,
    functions,
    layouts,
    notifications,
    opening,
    profiles,
    prompts,
    properties,
    sessions,
    settings,
    text,
    variables,
)
from tests.iterm2_server.world import Listener, World


def _shape(response: type) -> Callable[..., object]:
    """Answer with nothing but the right kind of message."""

    def answer(_world: World, _client: Listener, _request: object) -> object:
        return response()

    return answer


def _tmux(_world: World, _client: Listener, _request: api.TmuxRequest) -> api.TmuxResponse:
    none = api.TmuxResponse.ListConnections()
    return api.TmuxResponse(status=api.TmuxResponse.OK, list_connections=none)


SINCE = {"screenshot": (1, 17)}
HANDLERS: dict[str, Callable[..., object]] = {
    "get_buffer": buffer.get_buffer,
    "get_prompt": prompts.get_prompt,
    "list_prompts": prompts.list_prompts,
    "transaction": notifications.transaction,
    "notification": notifications.notification,
    "register_tool": _shape(api.RegisterToolResponse),
    "set_profile_property": profiles.set_profile_property,
    "get_profile_property": profiles.get_profile_property,
    "list_profiles": profiles.list_profiles,
    "list_sessions": sessions.list_sessions,
    "send_text": text.send_text,
    "inject": text.inject,
    "create_tab": opening.create_tab,
    "split_pane": opening.split_pane,
    "close": opening.close,
    "restart_session": opening.restart_session,
    "get_property": properties.get_property,
    "set_property": properties.set_property,
    "activate": sessions.activate,
    "focus": sessions.focus,
    "variable": variables.variable,
    "saved_arrangement": layouts.saved_arrangement,
    "server_originated_rpc_result": _shape(api.ServerOriginatedRPCResultResponse),
    "menu_item": settings.menu_item,
    "set_tab_layout": layouts.set_tab_layout,
    "get_broadcast_domains": text.get_broadcast_domains,
    "set_broadcast_domains": text.set_broadcast_domains,
    "tmux": _tmux,
    "reorder_tabs": layouts.reorder_tabs,
    "preferences": settings.preferences,
    "color_preset": settings.color_preset,
    "selection": settings.selection,
    "status_bar_component": _shape(api.StatusBarComponentResponse),
    "invoke_function": functions.invoke_function,
    "screenshot": settings.screenshot,
}
