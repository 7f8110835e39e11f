"""The rule files: who may write them, and how one is read."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import msgspec

from events import review
from events.approvals import Assurance
from events.review import Tier
from services.policy.knowledge.book import File
from services.policy.knowledge.command import Command
from services.policy.knowledge.fault import PolicyError
from services.policy.lines import line_of
from services.policy.modes import Mode
from services.policy.programs.program import Program
from services.policy.variables import Variables

type LayerName = Literal["built-in", "admin", "user", "workspace"]


class Layer(msgspec.Struct, frozen=True):
    """One rule file as it was found."""

    name: LayerName
    path: str
    content: str
    knowledge: tuple[File, ...] = ()  # commands in files of their own, which come with the package


class Patterns(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Patterns with examples of what they must and must not match."""

    patterns: tuple[str, ...] = ()
    match: tuple[str, ...] = ()
    not_match: tuple[str, ...] = ()


class RuleFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of a rule file. A command is described as in the files of knowledge."""

    default_tier: Literal["review", "dangerous", "blocked"] = "review"
    mode: review.Mode = "standard"
    modes: Mapping[review.Mode, Mode] = {}  # what each mode is; only the built-in file says so
    blacklist: Patterns = Patterns()
    secrets: Patterns = Patterns()
    plain_suffixes: tuple[str, ...] = ()
    session_environment: tuple[str, ...] = ()
    environment: Mapping[str, Variables] = {}
    own_paths: tuple[str, ...] = ()  # our state, and the broker as a command would name it
    wrappers: Mapping[str, str] = {}
    tiers: Mapping[str, Mapping[str, Tier]] = {}  # how strict each effect is, by its place
    assurance: Mapping[Literal["review", "dangerous"], Assurance] = {}
    four_eyes: tuple[str, ...] = ()  # patterns of the rules to which two persons must agree
    stricter_when_tainted: tuple[str, ...] = ()  # patterns of rules, as in four_eyes
    command: Mapping[str, Command] = {}
    program: Mapping[str, Program] = {}


def read(layer: Layer) -> RuleFile:
    try:
        return msgspec.toml.decode(layer.content, type=RuleFile)
    except msgspec.DecodeError as error:
        raise PolicyError(f"{layer.path}: {error}") from error


def fault(layer: Layer, key: str, why: str) -> PolicyError:
    """Say what is wrong with a key, and in which line it is."""
    line = line_of(layer.content, key)
    return PolicyError(f"{layer.path}{f':{line}' if line else ''}: {key}: {why}")


def commands(layer: Layer, file: RuleFile) -> tuple[File, ...]:
    """All commands that a layer describes; what it says itself goes before what comes with it."""
    return (*layer.knowledge, File(layer.path, file.command))


def keyed(layer: Layer, file: RuleFile) -> File:
    """What a layer says itself, by the keys of its file: for messages about it."""
    return File(layer.path, {f"command.{name}": rule for name, rule in file.command.items()})


def configured(
    path: str,
    blacklist: tuple[str, ...],
    default_tier: Tier = "review",
    own_paths: tuple[str, ...] = (),
    assurance: Mapping[str, str] = MappingProxyType({}),
) -> Layer:
    """The layer that the keys of `safety` in the configuration make."""
    content = (
        f'default_tier = "{default_tier}"\nown_paths = {_array(own_paths)}\n'
        f"[blacklist]\npatterns = {_array(blacklist)}\n"
        f"[assurance]\n{''.join(f'{tier} = "{least}"\n' for tier, least in assurance.items())}"
    )
    return Layer("user", path, content)


def _array(texts: tuple[str, ...]) -> str:
    return msgspec.json.encode(texts).decode()  # an array of strings is the same in TOML
