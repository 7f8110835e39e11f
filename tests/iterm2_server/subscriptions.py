"""Who wants to hear of what."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from iterm2 import api_pb2 as api

GLOBAL = {
    api.NOTIFY_ON_NEW_SESSION,
    api.NOTIFY_ON_TERMINATE_SESSION,
    api.NOTIFY_ON_LAYOUT_CHANGE,
    api.NOTIFY_ON_FOCUS_CHANGE,
    api.NOTIFY_ON_SERVER_ORIGINATED_RPC,
    api.NOTIFY_ON_BROADCAST_CHANGE,
}
PER_SESSION = {
    api.NOTIFY_ON_KEYSTROKE,
    api.NOTIFY_ON_SCREEN_UPDATE,
    api.NOTIFY_ON_PROMPT,
    api.NOTIFY_ON_CUSTOM_ESCAPE_SEQUENCE,
    api.KEYSTROKE_FILTER,
}


class Listener(Protocol):
    """A connected client."""

    def send(self, message: api.ServerOriginatedMessage) -> None: ...


@dataclass(frozen=True)
class Subscription:
    """What one client asked for first; later requests for the same change nothing."""

    listener: Listener
    kind: int
    target: str
    request: api.NotificationRequest

    def modes(self) -> list[int]:
        """Return which events of prompts are wanted."""
        if not self.request.HasField("prompt_monitor_request"):
            return [api.PROMPT]
        return list(self.request.prompt_monitor_request.modes)


@dataclass
class Subscriptions:
    """All subscriptions of all clients."""

    _all: list[Subscription] = field(default_factory=list[Subscription])

    def of(self, kind: int, target: str = "") -> Iterator[Subscription]:
        """Return those that this event of a session is for."""
        for each in list(self._all):
            if each.kind == kind and each.target in ("", "all", target):
                yield each

    def all_of(self, kind: int) -> list[Subscription]:
        return [each for each in self._all if each.kind == kind]

    def add(self, wanted: Subscription) -> "api.NotificationResponse.Status.ValueType":
        if self._same(wanted):
            return api.NotificationResponse.ALREADY_SUBSCRIBED
        self._all.append(wanted)
        return api.NotificationResponse.OK

    def remove(self, wanted: Subscription) -> "api.NotificationResponse.Status.ValueType":
        same = self._same(wanted)
        for each in same:
            self._all.remove(each)
        return api.NotificationResponse.OK if same else api.NotificationResponse.NOT_SUBSCRIBED

    def drop(self, listener: Listener) -> None:
        self._all = [each for each in self._all if each.listener is not listener]

    def _same(self, wanted: Subscription) -> list[Subscription]:
        return [
            each
            for each in self._all
            if (each.listener, each.kind, each.target)
            == (wanted.listener, wanted.kind, wanted.target)
            and each.request.variable_monitor_request == wanted.request.variable_monitor_request
        ]
