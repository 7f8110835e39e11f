"""The rules that a node works by: the built-in ones and what its configuration adds."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from events.review import Tier
from services.policy.builtin import builtin_layer
from services.policy.layer import Layer, configured
from services.policy.proof import proven_rules
from services.policy.rules import Rules


class Additions(msgspec.Struct, frozen=True):
    """What the configuration says about safety, and what belongs to us on this machine."""

    default_tier: Tier
    blacklist_patterns: tuple[str, ...]
    own_paths: tuple[str, ...]
    assurance: Mapping[str, str] = MappingProxyType({})


def layers(additions: Additions) -> list[Layer]:
    """Return the rule files in force, least authority first."""
    own = additions.own_paths
    tier, needs = additions.default_tier, additions.assurance
    user = configured("config.json", additions.blacklist_patterns, tier, own, needs)
    return [builtin_layer(), user]


def configured_rules(additions: Additions) -> Rules:
    """Load and check the rules. Raises PolicyError."""
    return proven_rules(layers(additions))
