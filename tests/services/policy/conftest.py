"""A session at an idle prompt, the built-in rules, and a judge that applies them."""

from collections.abc import Callable

import msgspec
import pytest

from events.actions import RunCommand
from events.review import Context, Decision
from services.policy.builtin import builtin_layer
from services.policy.review import review
from services.policy.rules import Rules, load_rules

type Judge = Callable[..., Decision]


@pytest.fixture(scope="session")
def rules() -> Rules:
    own = ("/Users/ann/Library/Application Support/eim", "127.0.0.1:4222")
    return msgspec.structs.replace(load_rules([builtin_layer()]), own_paths=own)


@pytest.fixture(scope="session")
def context() -> Context:
    return Context(
        session_id="s1",
        shell="/bin/bash",
        integration="full",
        prompt="idle",
        cwd="/Users/ann/src",
        bracketed_paste=True,
    )


@pytest.fixture(scope="session")
def judge(rules: Rules, context: Context) -> Judge:
    def decide(text: str, **changes: object) -> Decision:
        place = msgspec.structs.replace(context, **changes)
        return review(place, RunCommand(command=text), rules)

    return decide
