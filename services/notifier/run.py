"""Runs the notifier: one watch of the log for each place where people are told."""

import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Final

from projections.terminals import Terminals
from services.notifier.channel import Channel
from services.notifier.desktop import Desktop
from services.notifier.endpoint import Buttons
from services.notifier.posts import Posts
from services.notifier.press import Slack
from services.notifier.watch import Surface, Watch
from services.runtime.background import Background, background
from services.runtime.lock import only_one
from services.runtime.log import Log
from services.runtime.projector import Projector
from services.runtime.settings import Notifications
from services.runtime.station import Station
from services.runtime.web import Address, listening

NAME: Final = "notifier"
HOST: Final = "127.0.0.1"
"""Never another one: what forwards Slack's requests runs beside us."""


def wanted(settings: Notifications, platform: str = sys.platform) -> bool:
    """Whether anybody is to be told anywhere."""
    return bool(settings.slack_channel) or on_desktop(settings, platform)


def on_desktop(settings: Notifications, platform: str = sys.platform) -> bool:
    """Whether notifications are shown on this desktop."""
    return settings.desktop == "auto" and platform == "darwin"


async def run(station: Station, ready: Callable[[str], None] = print) -> None:
    """Tell people until the station stops; `ready` is told where Slack is answered."""
    node, settings = station.config.clustering.node, station.config.notifications
    with only_one(station.home.run / f"{NAME}.{node}.lock", f"a notifier of node {node}"):
        async with station.log(NAME) as log, background() as tasks:
            terminals = station.terminals(log, NAME, tasks)
            if on_desktop(settings):
                _watch(log, terminals, Desktop(), tasks)
            async with _slack(station, log, terminals, tasks) as said:
                ready(said)
                await station.stopping.wait()


@asynccontextmanager
async def _slack(
    station: Station, log: Log, terminals: Projector[Terminals], tasks: Background
) -> AsyncGenerator[str]:
    settings = station.config.notifications
    if not settings.slack_channel:
        yield NAME
        return
    channel = Channel(settings, Posts(station.home.state / "slack.json"))
    slack = Slack(settings.slack_signing_secret)
    buttons = Buttons(log, slack, settings.approvers, channel.tell)
    at = Address(HOST, settings.slack_port, "notifications.slackPort")
    async with listening(buttons.app(), at) as port:
        _watch(log, terminals, channel, tasks)
        yield f"http://{HOST}:{port}"


def _watch(log: Log, terminals: Projector[Terminals], surface: Surface, tasks: Background) -> None:
    watch = Watch(log, terminals, surface)
    tasks.start(_told(terminals, watch))


async def _told(terminals: Projector[Terminals], watch: Watch) -> None:
    with terminals.telling(watch.listen):
        await watch.run()


HANDLES = ()
EMITS = ()
