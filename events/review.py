"""What a review looked at and what it found, recorded so that it can be recomputed from the log."""

from typing import Literal

import msgspec

from events.base import Text, Value

type Tier = Literal["safe", "review", "dangerous", "blocked"]
type Mode = Literal["standard", "read-only", "strict", "unattended"]
type Prompt = Literal["idle", "running", "unknown"]
type Integration = Literal["none", "partial", "full"]
type Place = Literal[
    "",  # not about a path
    "workspace",  # the working directory and below
    "temp",
    "home",
    "dotfile",  # what programs read at their start: settings, hooks, start files
    "secret",
    "system",
    "device",
    "disk",
    "other",
    "unknown",
]


class Taint(Value):
    """What an assistant was shown that nobody vouches for, and the secrets it knows.

    `quoted` is the part of a text that stands word for word in output of `quoted_from`.
    """

    sources: tuple[Text, ...] = ()
    secrets: tuple[Text, ...] = ()
    quoted: Text = ""
    quoted_from: Text = ""


class Context(Value):
    """The state of a session just before something is typed into it."""

    session_id: str
    epoch: str = ""
    owner: str = ""
    shell: str = ""
    shell_version: str = ""
    integration: Integration = "none"
    prompt: Prompt = "unknown"
    line: Text = ""
    foreground: str = ""
    cwd: Text = ""
    bracketed_paste: bool = False
    environment: dict[str, Text] = msgspec.field(default_factory=dict[str, Text])
    taint: Taint = Taint()
    names: tuple[str, ...] = ()
    """Aliases and functions that were made or changed since the session began."""
    host: str = ""
    """Where the program in front takes what is typed, if that is not here."""
    reads_code: bool = False
    """Whether the program in front was started to read what is typed, and nothing else."""


class Finding(Value):
    """One rule that fired, and what it says to a person."""

    rule: str
    text: str


class Effect(Value):
    """One thing that an action would do: to what, and in which class of places."""

    kind: str
    target: Text = ""
    place: Place = ""


class Decision(Value):
    """The verdict of a policy on an action in a context."""

    tier: Tier
    summary: Text
    findings: tuple[Finding, ...] = ()
    policy_version: str
    engine: str
    effects: tuple[Effect, ...] = ()
    approvers: int = 1
    """How many persons must agree, where any must."""
    mode: Mode = "standard"
    """The mode that made it stricter than the rules alone did."""
