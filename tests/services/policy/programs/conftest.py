"""A program in front of a session, and a judge of what is typed into it."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from events.actions import SendKeys, SendText
from events.review import Context, Decision
from services.policy.review import review
from services.policy.rules import Rules

type Typed = Callable[..., Decision]


@pytest.fixture(scope="session")
def typed(rules: Rules, context: Context) -> Typed:
    """Judge a text, with Enter, for a program that was started to read what is typed."""

    def decide(program: str, text: str, *, submit: bool = True, **changes: object) -> Decision:
        front = replace(context, prompt="running", foreground=program, reads_code=True)
        return review(replace(front, **changes), SendText(text=text, submit=submit), rules)

    return decide


@pytest.fixture(scope="session")
def pressed(rules: Rules, context: Context) -> Typed:
    """Judge keys for such a program."""

    def decide(program: str, *keys: str, **changes: object) -> Decision:
        front = replace(context, prompt="running", foreground=program, reads_code=True)
        return review(replace(front, **changes), SendKeys(keys=keys), rules)

    return decide
