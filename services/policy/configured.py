"""The rules that a node works by: the built-in ones, what its configuration adds, rule files."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from events.review import Mode, Tier
from services.policy.builtin import builtin_layer
from services.policy.layer import Layer, configured
from services.policy.paths import folded
from services.policy.proof import proven_rules
from services.policy.rules import Rules, Workspace


class Rooted(msgspec.Struct, frozen=True):
    """The rule file of a workspace, and the folder for which it speaks."""

    root: str
    layer: Layer


class Additions(msgspec.Struct, frozen=True):
    """What the configuration says about safety, and what belongs to us on this machine.

    `files` are the rule files of the admin and of the user, `workspaces` those of workspaces.
    """

    default_tier: Tier
    blacklist_patterns: tuple[str, ...]
    own_paths: tuple[str, ...]
    assurance: Mapping[str, str] = MappingProxyType({})
    mode: Mode = "standard"
    files: tuple[Layer, ...] = ()
    workspaces: tuple[Rooted, ...] = ()


def layers(additions: Additions) -> list[Layer]:
    """Return the rule files in force everywhere."""
    own = additions.own_paths
    tier, needs = additions.default_tier, additions.assurance
    user = configured("config.json", additions.blacklist_patterns, tier, own, needs)
    moded = replace(user, content=f'mode = "{additions.mode}"\n{user.content}')
    return [builtin_layer(), moded, *additions.files]


def all_layers(additions: Additions) -> list[Layer]:
    """Return all rule files in force, those of workspaces among them."""
    rooted = {each.layer.path: each.layer for each in additions.workspaces}
    return [*layers(additions), *rooted.values()]


def configured_rules(additions: Additions) -> Rules:
    """Load and check the rules. Raises PolicyError."""
    return ruled(layers(additions), additions.workspaces)


def ruled(everywhere: list[Layer], workspaces: tuple[Rooted, ...]) -> Rules:
    """Load the rules, and those of each workspace with what the folders around it say."""
    within = (
        Workspace(each.root, proven_rules([*everywhere, *_around(each, workspaces)]))
        for each in workspaces
    )
    return replace(proven_rules(everywhere), workspaces=tuple(within))


def _around(inner: Rooted, workspaces: tuple[Rooted, ...]) -> Iterator[Layer]:
    place = f"{folded(inner.root)}/"
    around = [each for each in workspaces if place.startswith(f"{folded(each.root)}/")]
    yield from {each.layer.path: each.layer for each in around}.values()
