"""Tabs in another order, panes of another size, arrangements of windows."""

from iterm2 import api_pb2 as api

from tests.iterm2_server.tree import Split
from tests.iterm2_server.world import Listener, World

_Reorder = api.ReorderTabsResponse
_Layout = api.SetTabLayoutResponse
_Saved = api.SavedArrangementResponse


def reorder_tabs(
    world: World, _client: Listener, request: api.ReorderTabsRequest
) -> api.ReorderTabsResponse:
    app = world.app
    windows = [app.window(each.window_id) for each in request.assignments]
    tabs = [[app.tab(tab_id) for tab_id in each.tab_ids] for each in request.assignments]
    wanted = [tab_id for each in request.assignments for tab_id in each.tab_ids]
    if None in windows:
        return _Reorder(status=_Reorder.INVALID_WINDOW_ID)
    if any(None in group for group in tabs):
        return _Reorder(status=_Reorder.INVALID_TAB_ID)
    if len(set(wanted)) < len(wanted):
        return _Reorder(status=_Reorder.INVALID_ASSIGNMENT)
    for window, group in zip(windows, tabs, strict=True):
        for tab in group:
            holder = next(one for one in app.windows if tab in one.tabs)
            holder.remove(tab)
            window.tabs.append(tab)
            tab.resize(window.size)
        window.selected = window.selected or window.tabs[0]
    app.windows = [window for window in app.windows if window.tabs]
    app.notices.layout_changed()
    return _Reorder(status=_Reorder.OK)


def set_tab_layout(
    world: World, _client: Listener, request: api.SetTabLayoutRequest
) -> api.SetTabLayoutResponse:
    tab = world.app.tab(request.tab_id)
    if tab is None:
        return _Layout(status=_Layout.BAD_TAB_ID)
    if not _same(tab.root, request.root):
        return _Layout(status=_Layout.WRONG_TREE)
    return _Layout(status=_Layout.OK)


def _same(split: Split, node: api.SplitTreeNode) -> bool:
    """Whether the panes are in the same places."""
    if split.vertical != node.vertical or len(split.parts) != len(node.links):
        return False
    return all(
        _same(part, link.node)
        if isinstance(part, Split)
        else link.session.unique_identifier == part.id
        for part, link in zip(split.parts, node.links, strict=True)
    )


def saved_arrangement(
    world: World, _client: Listener, request: api.SavedArrangementRequest
) -> api.SavedArrangementResponse:
    match request.action:
        case api.SavedArrangementRequest.LIST:
            return _Saved(status=_Saved.OK, names=world.arrangements)
        case api.SavedArrangementRequest.SAVE:
            if request.window_id and world.app.window(request.window_id) is None:
                return _Saved(status=_Saved.WINDOW_NOT_FOUND)
            world.arrangements.append(request.name)
            return _Saved(status=_Saved.OK)
        case _:
            known = request.name in world.arrangements
            return _Saved(status=_Saved.OK if known else _Saved.ARRANGEMENT_NOT_FOUND)
