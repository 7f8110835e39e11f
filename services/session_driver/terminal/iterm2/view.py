"""Shows sessions of ours in panes of iTerm2: each pane runs `eim attach SESSION`."""

import json
import shlex
from collections.abc import Callable, Sequence

from iterm2 import api_pb2, rpc

from services.session_driver.terminal.host import NoSuchPane
from services.session_driver.terminal.iterm2.api_session import ApiSession, layout, sizes_in
from services.session_driver.terminal.iterm2.badge import OURS
from services.session_driver.terminal.iterm2.link import Link
from services.session_driver.terminal.iterm2.trouble import ITerm2Trouble, Refused
from services.session_driver.terminal.showing import Wanted

VIEW = "user.eim_view"
"""The variable that tells a pane of ours, which shows a session, from a person's own."""


class View:
    """Opens panes; `attach` is the command line that shows a session."""

    def __init__(self, link: Link, attach: Callable[[str], Sequence[str]]) -> None:
        self._link = link
        self._attach = attach

    async def show(self, wanted: Wanted) -> str:
        """Open a pane and return its id. Raises ITerm2Trouble, NoSuchPane."""
        properties = self._properties(wanted)
        match wanted.placement:
            case "window" | "tab":
                target = await self._tab(wanted, properties)
            case _:
                target = await self._split(wanted, properties)
        pane = ApiSession(self._link, target)
        await pane.set_variable(VIEW, wanted.session_id)
        await pane.name(wanted.name or wanted.session_id)
        await pane.badge(OURS)
        return target

    def _properties(self, wanted: Wanted) -> dict[str, str | None]:
        """Return what differs from the profile; nothing that it would type reaches the session."""
        changes = {
            "Custom Command": "Yes",
            "Command": shlex.join(self._attach(wanted.session_id)),
            "Initial Text": "",
        }
        if wanted.cwd:
            changes |= {"Custom Directory": "Yes", "Working Directory": wanted.cwd}
        return {key: json.dumps(value) for key, value in changes.items()}

    async def _tab(self, wanted: Wanted, properties: dict[str, str | None]) -> str:
        window = await self._window(wanted) if wanted.placement == "tab" else None
        said = await self._link.ask(
            "for a new tab",
            lambda wire: rpc.async_create_tab(
                wire, wanted.profile or None, window, profile_customizations=properties
            ),
        )
        answer = said.create_tab_response
        if answer.status != api_pb2.CreateTabResponse.OK:
            name = api_pb2.CreateTabResponse.Status.Name(answer.status)
            raise _refused(name, wanted)
        return answer.session_id

    async def _split(self, wanted: Wanted, properties: dict[str, str | None]) -> str:
        beside = await self._pane_of(wanted.split_from) if wanted.split_from else "active"
        said = await self._link.ask(
            "to split a pane",
            lambda wire: rpc.async_split_pane(
                wire,
                beside,
                wanted.placement == "split_right",
                False,
                wanted.profile or None,
                properties,
            ),
        )
        answer = said.split_pane_response
        if answer.status != api_pb2.SplitPaneResponse.OK:
            raise _refused(api_pb2.SplitPaneResponse.Status.Name(answer.status), wanted)
        return answer.session_id[0]

    async def _window(self, wanted: Wanted) -> str | None:
        """Return the window for a tab: that of the session named, else the one in front."""
        told = await layout(self._link)
        wished = await self._pane_of(wanted.split_from) if wanted.split_from else ""
        for window in told.windows:
            one = api_pb2.ListSessionsResponse(windows=[window])
            if wished in sizes_in(one):
                return window.window_id
        said = await self._link.ask("what is in front", rpc.async_get_focus_info)
        left = api_pb2.FocusChangedNotification.Window.TERMINAL_WINDOW_RESIGNED_KEY
        for notice in said.focus_response.notifications:
            if notice.HasField("window") and notice.window.window_status != left:
                return notice.window.window_id
        return None

    async def _pane_of(self, session_id: str) -> str:
        """Return the pane that shows a session. Raises NoSuchPane."""
        for target in sizes_in(await layout(self._link)):
            try:
                (shown,) = await ApiSession(self._link, target).variables(VIEW)
            except NoSuchPane:
                continue
            if shown == session_id:
                return target
        raise NoSuchPane(session_id)


def _refused(status: str, wanted: Wanted) -> ITerm2Trouble:
    match status:
        case "INVALID_PROFILE_NAME":
            step = f"Give the name of a profile that iTerm2 has instead of {wanted.profile!r}."
        case "CANNOT_SPLIT":
            step = "Make the pane larger, or use placement tab or window."
        case "SESSION_NOT_FOUND":
            step = "Open a window in iTerm2 first, or use placement window."
        case _:
            step = "Try placement window."
    return Refused("to show the session", status, step)
