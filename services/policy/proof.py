"""Rules that have proven themselves: each command is judged as its own examples say."""

from collections.abc import Sequence

from msgspec.structs import replace

from events.actions import RunCommand
from events.review import Context, Tier
from services.policy.builtin import builtin_layer
from services.policy.knowledge.check import check_examples
from services.policy.knowledge.load import packaged
from services.policy.layer import Layer, keyed, read
from services.policy.review import review
from services.policy.rules import Rules, by_authority, load_rules

STANDARD = Context(  # noqa: S604 - nothing is run
    session_id="example",
    shell="/bin/bash",
    integration="full",
    prompt="idle",
    cwd="/Users/ann/src",
    bracketed_paste=True,
)
"""Where the examples of rules are tried."""


def proven_rules(layers: Sequence[Layer]) -> Rules:
    """Load rules and try the examples of each file by what it and the files below it say.

    No mode is in force then. Those of the package are not tried each time, which would take a
    second: they do not change after they were tested. Raises PolicyError.
    """
    ordered = by_authority(layers)
    for count, layer in enumerate(ordered, 1):
        if layer.knowledge is not packaged():
            _prove(layer, replace(load_rules(ordered[:count]), modes={}))
    return load_rules(ordered)


def prove_package() -> None:
    """Try the examples of the rules that come with the package. Raises PolicyError."""
    layer = builtin_layer()
    _prove(layer, load_rules([layer]))


def _prove(layer: Layer, rules: Rules) -> None:
    def judge(text: str) -> Tier:
        return review(STANDARD, RunCommand(command=text), rules).tier

    for file in (*layer.knowledge, keyed(layer, read(layer))):
        check_examples(file, judge)
