"""Rules that have proven themselves: each command is judged as its own examples say."""

from collections.abc import Sequence

from events.actions import RunCommand
from events.review import Context, Tier
from services.policy.knowledge.check import check_examples
from services.policy.layer import Layer, commands, read
from services.policy.review import review
from services.policy.rules import Rules, load_rules

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
    """Load rules and try their examples. Raises PolicyError."""
    rules = load_rules(layers)

    def judge(text: str) -> Tier:
        return review(STANDARD, RunCommand(command=text), rules).tier

    for layer in layers:
        for file in commands(layer, read(layer)):
            check_examples(file, judge)
    return rules
