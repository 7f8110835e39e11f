"""The loaded policy: every layer merged, its examples checked, its version computed."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from events.base import plain
from events.review import Context, Tier
from services.policy.assurance import Needs
from services.policy.authority import (
    Files,
    check_authority,
    merged_book,
    merged_needs,
    merged_tiers,
)
from services.policy.concern import strictest
from services.policy.examples import check_examples, check_names
from services.policy.knowledge.book import Book
from services.policy.layer import Layer, LayerName, PolicyError, RuleFile, fault, read
from services.policy.modes import Modes
from services.policy.paths import folded
from services.policy.programs.program import Programs, check_programs, merged
from services.policy.tiers import Tiers

__all__ = ["Layer", "PolicyError", "Rules", "load_rules"]

# The last one has the last word, except that a workspace may only tighten.
_AUTHORITY: tuple[LayerName, ...] = ("built-in", "user", "admin", "workspace")


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What the policy knows."""

    version: str
    default_tier: Tier = "review"
    blacklist_patterns: tuple[str, ...] = ()
    commands: Book = {}
    own_paths: tuple[str, ...] = ()
    own_commands: tuple[str, ...] = ("eim", "enhanced-iterm-mcp", "nats", "nats-server")
    secret_paths: tuple[str, ...] = ()
    plain_suffixes: tuple[str, ...] = ()
    session_environment: tuple[str, ...] = ()
    environment: Mapping[str, str] = {}  # variables, and what each of them decides
    wrappers: Mapping[str, str] = {}
    tiers: Tiers = {}
    assurance: Needs = {}
    four_eyes: tuple[str, ...] = ()
    modes: Modes = {}
    workspaces: "tuple[Workspace, ...]" = ()  # where stricter rules are in force
    stricter_when_tainted: tuple[str, ...] = ()
    programs: Programs = {}


class Workspace(msgspec.Struct, frozen=True):
    """A folder with rules of its own, for the sessions that are in it."""

    root: str
    rules: Rules


def load_rules(layers: Sequence[Layer]) -> Rules:
    """Merge the layers; raises PolicyError where one is malformed or loosens."""
    files = [(layer, read(layer)) for layer in by_authority(layers)]
    for layer, file in files:
        check_names(layer, file)
    check_authority(files)
    rules = _merged(files)
    for layer, file in files:
        check_examples(layer, file, rules.wrappers)
        check_programs(layer.path, file.program)
    return rules


def rules_at(context: Context, rules: Rules) -> Rules:
    """Return the rules where a session is: those of the innermost workspace around it."""
    folder = f"{folded(plain(context.cwd))}/"
    inside = [each for each in rules.workspaces if folder.startswith(f"{folded(each.root)}/")]
    return max(inside, key=lambda each: len(each.root)).rules if inside else rules


def by_authority(layers: Sequence[Layer]) -> list[Layer]:
    """The one with the least authority first."""
    return sorted(layers, key=lambda layer: _AUTHORITY.index(layer.name))


def _merged(files: Files) -> Rules:
    said = [file for _, file in files]
    return Rules(
        version=_version(files),
        default_tier=strictest(file.default_tier for file in said),
        blacklist_patterns=_union(file.blacklist.patterns for file in said),
        secret_paths=_union(file.secrets.patterns for file in said),
        plain_suffixes=_union(file.plain_suffixes for file in said),
        session_environment=_union(file.session_environment for file in said),
        environment={name: why for file in said for name, why in _variables(file)},
        own_paths=_union(file.own_paths for file in said),
        four_eyes=_union(file.four_eyes for file in said),
        stricter_when_tainted=_union(file.stricter_when_tainted for file in said),
        wrappers={name: flags for file in said for name, flags in file.wrappers.items()},
        commands=merged_book(files),
        tiers=merged_tiers(files),
        assurance=merged_needs(files),
        modes=_modes(files),
        programs=merged(file.program for file in said),
    )


def _modes(files: Files) -> Modes:
    """Each mode that a layer asks for is in force, whatever the others say: it only raises."""
    described = {name: mode for _, file in files for name, mode in file.modes.items()}
    for layer, file in files:
        if file.mode not in {"standard", *described}:
            raise fault(layer, "mode", f"no file says what {file.mode} is")
    return {file.mode: described[file.mode] for _, file in files if file.mode != "standard"}


def _variables(file: RuleFile) -> Iterator[tuple[str, str]]:
    for group in file.environment.values():
        yield from ((name, group.why) for name in group.names)


def _union(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for part in parts for item in part))


def _version(files: Files) -> str:
    content = [(layer.name, file, layer.knowledge) for layer, file in files]
    return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()
