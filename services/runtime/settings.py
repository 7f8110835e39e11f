"""What can be configured: one frozen struct per section of the file, with defaults and limits."""

import ipaddress
import re
from collections.abc import Iterator
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from events.approvals import Assurance
from events.review import Mode
from events.subjects import BadToken, token

type Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
type Positive = Annotated[int, msgspec.Meta(ge=1)]
type Bytes = Annotated[int, msgspec.Meta(ge=1024 * 1024)]
MIB = 1024 * 1024
GIB = 1024 * MIB
_APPROVER = re.compile(r"[UW][A-Z0-9]{2,20}=[a-z0-9][a-z0-9_-]{0,31}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,20}")
BROKER_SCHEMES = ("nats", "tls", "ws", "wss")


class Server(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Where clients and people reach us. Port 0 picks a free one."""

    host: str = "127.0.0.1"
    port: Port = 3456
    console_port: Port = 3457
    health_port: Port = 3458
    authentication: Literal["credential", "none"] = "credential"
    allowed_hosts: tuple[str, ...] = ()
    tls_certificate: str = ""
    tls_key: str = ""


class Performance(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How much one node does at most.

    `session_timeout` is how many seconds a session stays open in which nothing is typed, printed
    or run; 0 is for ever. Over `max_requests_per_minute` or `max_reads_per_minute`, a client is
    told when to ask again.
    """

    max_sessions: Positive = 50
    session_timeout: Annotated[int, msgspec.Meta(ge=0, le=30 * 86400)] = 86400
    max_requests_per_minute: Positive = 600
    max_reads_per_minute: Positive = 1200
    max_output_bytes_per_call: Bytes = 16 * MIB


class Terminal(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Where terminals live, unless the caller says, and are seen; `auto` means iTerm2 on macOS.

    `tmux_sockets` are more tmux servers of the user: panes of the usual one can be adopted anyway.
    """

    backend: Literal["pty", "tmux"] = "pty"
    tmux_sockets: tuple[str, ...] = ()
    iterm2: Literal["auto", "on", "off"] = "auto"


class Safety(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What happens to a call that no rule knows, and how long a person may take to answer.

    `approval_timeout` is in seconds: long enough to read a command on another screen and for the
    broker to fail over. Silence is `expired`, never consent. `request_timeout` is how many seconds
    a call may wait in all, in the queue and for a person, before it lapses. `blacklist_patterns`
    are commands, such as `rm -rf /`; whatever does the same is blocked. `review_assurance` and
    `dangerous_assurance` are how sure it must be that a person agreed: `signed` with an approver's
    own key, `authenticated` by a log-in here, or `client-asserted`, the mere word of a client.
    `mode` makes everything stricter: `read-only`, `strict` or `unattended`. `workspaces` are
    folders whose own `.eim/policy.toml` counts for the sessions in them. Over `max_open_approvals`
    questions of this node, or `max_open_approvals_per_client`, what would ask is refused.
    """

    mode: Mode = "standard"
    default_tier: Literal["review", "dangerous", "blocked"] = "review"
    approval_timeout: Annotated[int, msgspec.Meta(ge=1, le=86400)] = 300
    request_timeout: Annotated[int, msgspec.Meta(ge=1, le=86400)] = 900
    blacklist_patterns: tuple[str, ...] = ()
    review_assurance: Assurance = "authenticated"
    dangerous_assurance: Assurance = "signed"
    workspaces: tuple[str, ...] = ()
    max_open_approvals: Positive = 10_000
    max_open_approvals_per_client: Positive = 100

    @property
    def assurance(self) -> dict[str, Assurance]:
        """How sure an approval must be, by tier."""
        return {"review": self.review_assurance, "dangerous": self.dangerous_assurance}


class Notifications(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Where people are told that something waits for them, beside `eim approvals`.

    `desktop` is about a Mac's own notifications; `auto` shows them on macOS. Slack is off without
    `slack_channel`, the id of a channel. `slack_approvers` are who may answer there, each as
    `U012AB3CD=ada`: the person's id in Slack, and the name that the log has for them. Slack sends
    answers to `slack_port` on this machine, through whatever forwards them.
    """

    desktop: Literal["auto", "off"] = "auto"
    slack_channel: str = ""
    slack_token: str = ""
    slack_signing_secret: str = ""
    slack_approvers: tuple[str, ...] = ()
    slack_port: Port = 3460
    slack_url: str = "https://slack.com/api/"

    def __repr__(self) -> str:
        return f"Notifications(desktop={self.desktop!r}, slack_channel={self.slack_channel!r})"

    @property
    def approvers(self) -> dict[str, str]:
        """The names of the approvers by their ids in Slack."""
        return dict(each.split("=", 1) for each in self.slack_approvers)


class Monitoring(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Where metrics are scraped."""

    metrics_port: Port = 3459


class Logging(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the services say about themselves, on standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "text"] = "json"


class Clustering(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The broker and its log. Without `nats_url` a private broker is started.

    `node` is not taken from the host name, which changes with the network on a laptop.
    `output_max_age` is in seconds.
    """

    node: str = "local"
    nats_url: str = ""
    broker_port: Port = 4229
    replicas: Literal[1, 3, 5] = 1
    events_max_bytes: Bytes = 4 * GIB
    output_max_bytes: Bytes = 5 * GIB
    output_max_age: Annotated[int, msgspec.Meta(ge=3600)] = 7 * 86400


class Config(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Everything that can be configured."""

    server: Server = Server()
    performance: Performance = Performance()
    terminal: Terminal = Terminal()
    safety: Safety = Safety()
    notifications: Notifications = Notifications()
    monitoring: Monitoring = Monitoring()
    logging: Logging = Logging()
    clustering: Clustering = Clustering()


def problems(config: Config) -> list[str]:
    """Return what is wrong with values that are each right on their own."""
    return [
        *_exposed(config.server),
        *_same_ports(config),
        *_bad_patterns(config.safety),
        *_bad_workspaces(config.safety),
        *_bad_slack(config.notifications),
        *_bad_cluster(config.clustering),
    ]


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _exposed(server: Server) -> Iterator[str]:
    if is_loopback(server.host):
        return
    where = f"server.host: {server.host} can be reached from other machines"
    if not (server.tls_certificate and server.tls_key):
        yield f"{where}, so server.tlsCertificate and server.tlsKey must be set"
    if server.authentication == "none":
        yield f'{where}, so server.authentication must be "credential"'
    if not server.allowed_hosts:
        yield f"{where}, so server.allowedHosts must list the names it is reached by"


def _same_ports(config: Config) -> Iterator[str]:
    ports = {
        "server.port": config.server.port,
        "server.consolePort": config.server.console_port,
        "server.healthPort": config.server.health_port,
        "notifications.slackPort": config.notifications.slack_port,
        "monitoring.metricsPort": config.monitoring.metrics_port,
        "clustering.brokerPort": config.clustering.broker_port,
    }
    taken: dict[int, str] = {}
    for name, port in ports.items():
        if port and (other := taken.setdefault(port, name)) != name:
            yield f"{name}: {port} is also {other}"


def _bad_patterns(safety: Safety) -> Iterator[str]:
    for index, pattern in enumerate(safety.blacklist_patterns):
        if not pattern.strip():
            yield f"safety.blacklistPatterns[{index}]: must be a command, not empty"


def _bad_workspaces(safety: Safety) -> Iterator[str]:
    for index, folder in enumerate(safety.workspaces):
        if not folder.startswith(("/", "~/")):
            yield f"safety.workspaces[{index}]: {folder!r} must be the full path of a folder"


def _bad_slack(slack: Notifications) -> Iterator[str]:
    for index, each in enumerate(slack.slack_approvers):
        if not _APPROVER.fullmatch(each):
            yield f"notifications.slackApprovers[{index}]: must be like U012AB3CD=ada"
    if not slack.slack_channel:
        return
    if not _CHANNEL.fullmatch(slack.slack_channel):
        yield "notifications.slackChannel: must be the id of a channel, like C012AB3CD"
    needed = {
        "slackToken": slack.slack_token,
        "slackSigningSecret": slack.slack_signing_secret,
        "slackApprovers": slack.slack_approvers,
    }
    for name in (name for name, value in needed.items() if not value):
        yield f"notifications.{name}: must be set where notifications.slackChannel is"


def _bad_cluster(cluster: Clustering) -> Iterator[str]:
    try:
        token(cluster.node)
    except BadToken:
        yield "clustering.node: letters, digits, - and _ only, at most 64"
    yield from _bad_addresses(cluster.nats_url)
    if cluster.replicas > 1 and not cluster.nats_url:
        yield "clustering.replicas: more than 1 needs clustering.natsUrl, a cluster of brokers"
    if cluster.replicas > 1 and cluster.node == "local":
        yield "clustering.node: must be set, each node of a cluster has a name of its own"


def _bad_addresses(broker: str) -> Iterator[str]:
    if "@" in broker:
        yield "clustering.natsUrl: must not hold a password; services log in with their keys"
        return
    for url in broker.split(",") if broker else ():
        if not _is_address(url.strip()):
            yield (
                f"clustering.natsUrl (NATS_URL): {url!r} is no address of a broker; it must be like"
                " nats://127.0.0.1:4222, or several such with commas between them"
            )


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in BROKER_SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
