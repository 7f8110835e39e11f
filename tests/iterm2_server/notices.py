"""Tells clients what has happened."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from iterm2 import api_pb2 as api

from tests.iterm2_server.subscriptions import Listener, Subscriptions
from tests.iterm2_server.values import Json

_MODES = {"prompt": api.PROMPT, "command_start": api.COMMAND_START, "command_end": api.COMMAND_END}


@dataclass
class Notices:
    """Notifications; while a transaction freezes everything, they wait."""

    layout: Callable[[], api.ListSessionsResponse]
    subscriptions: Subscriptions = field(default_factory=Subscriptions)
    _frozen: bool = False
    _held: list[tuple[Listener, api.Notification]] = field(
        default_factory=list[tuple[Listener, api.Notification]]
    )
    _layout_pending: bool = False

    def freeze(self) -> None:
        self._frozen = True

    def thaw(self) -> None:
        self._frozen = False
        held, self._held = self._held, []
        for listener, notice in held:
            self._send(listener, notice)

    def _send(self, listener: Listener, notice: api.Notification) -> None:
        if self._frozen:
            self._held.append((listener, notice))
        else:
            listener.send(api.ServerOriginatedMessage(notification=notice))

    def _post(self, kind: int, notice: api.Notification, target: str = "") -> None:
        for each in self.subscriptions.of(kind, target):
            self._send(each.listener, notice)

    def layout_changed(self) -> None:
        """Tell it once for all that changes in this turn of the loop."""
        if not self._layout_pending:
            self._layout_pending = True
            asyncio.get_running_loop().call_soon(self._layout)

    def _layout(self) -> None:
        if self._layout_pending:
            self._layout_pending = False
            changed = api.LayoutChangedNotification(list_sessions_response=self.layout())
            notice = api.Notification(layout_changed_notification=changed)
            self._post(api.NOTIFY_ON_LAYOUT_CHANGE, notice)

    def focus_changed(self, change: api.FocusChangedNotification) -> None:
        self._layout()
        notice = api.Notification(focus_changed_notification=change)
        self._post(api.NOTIFY_ON_FOCUS_CHANGE, notice)

    def new_session(self, session: str) -> None:
        new = api.NewSessionNotification(session_id=session)
        self._post(api.NOTIFY_ON_NEW_SESSION, api.Notification(new_session_notification=new))

    def terminated(self, session: str) -> None:
        gone = api.TerminateSessionNotification(session_id=session)
        notice = api.Notification(terminate_session_notification=gone)
        self._post(api.NOTIFY_ON_TERMINATE_SESSION, notice)

    def broadcast_changed(self, domains: list[api.BroadcastDomain]) -> None:
        changed = api.BroadcastDomainsChangedNotification(broadcast_domains=domains)
        notice = api.Notification(broadcast_domains_changed=changed)
        self._post(api.NOTIFY_ON_BROADCAST_CHANGE, notice)

    def screen_updated(self, session: str) -> None:
        updated = api.ScreenUpdateNotification(session=session)
        notice = api.Notification(screen_update_notification=updated)
        self._post(api.NOTIFY_ON_SCREEN_UPDATE, notice, session)

    def keystroke(self, stroke: api.KeystrokeNotification) -> None:
        notice = api.Notification(keystroke_notification=stroke)
        for each in self.subscriptions.of(api.NOTIFY_ON_KEYSTROKE, stroke.session):
            advanced = each.request.keystroke_monitor_request.advanced
            if advanced or stroke.action == api.KeystrokeNotification.KEY_DOWN:
                self._send(each.listener, notice)

    def custom(self, session: str, identity: str, payload: str) -> None:
        escape = api.CustomEscapeSequenceNotification(
            session=session, sender_identity=identity, payload=payload
        )
        notice = api.Notification(custom_escape_sequence_notification=escape)
        self._post(api.NOTIFY_ON_CUSTOM_ESCAPE_SEQUENCE, notice, session)

    def prompt(self, event: api.PromptNotification) -> None:
        mode = _MODES[str(event.WhichOneof("event"))]
        for each in self.subscriptions.of(api.NOTIFY_ON_PROMPT, event.session):
            if mode in each.modes():
                self._send(each.listener, api.Notification(prompt_notification=event))

    def variable_changed(self, scope: int, identifier: str, name: str, value: Json) -> None:
        for each in self.subscriptions.all_of(api.NOTIFY_ON_VARIABLE_CHANGE):
            wanted = each.request.variable_monitor_request
            if (wanted.scope, wanted.name) != (scope, name):
                continue
            if wanted.identifier in ("all", identifier) or scope == api.APP:
                changed = api.VariableChangedNotification(
                    scope=wanted.scope,
                    identifier=identifier,
                    name=name,
                    json_new_value=json.dumps(value),
                )
                self._send(each.listener, api.Notification(variable_changed_notification=changed))
