"""Each shell says which of the variables that the policy weighs have changed."""

import shutil

import pytest

from tests.services.session_driver.terminal.conftest import typed_into
from tests.services.session_driver.terminal.weighed import WEIGHED

NAMES = [name.replace("*", "X") for name in WEIGHED]


@pytest.fixture(params=["bash", "zsh", "fish", "dash"])
def shell(request):
    return shutil.which(request.param) or pytest.skip(f"{request.param} is not installed")


async def changed(terminal) -> set[str]:
    assert await terminal.ready(5)
    return set(terminal.context_facts().changed_environment)


async def test_nothing_is_said_to_have_changed_where_nothing_has(terminal, typed):
    for command in ("ls", "cd /", "true", "export UNRELATED=1"):
        await typed(command)
        assert await changed(terminal) == set()


async def test_a_change_is_told_until_it_is_taken_back(terminal, typed):
    for command, told in (
        ('export KEPT="$PATH" PATH=.:"$PATH"', {"PATH"}),
        ("true", {"PATH"}),
        ("export GIT_DIR=/x PAGER=", {"PATH", "GIT_DIR"}),
        ('export GIT_DIR= PATH="$KEPT"', {"GIT_DIR"}),
    ):
        await typed(command)
        assert await changed(terminal) == told


async def test_every_variable_that_the_policy_weighs_is_told(terminal, typed, shell):
    # fish's own `export` makes a CDPATH that was not set an empty one
    sets = "set -gx {} /changed" if shell.endswith("fish") else "export {}=/changed"
    await typed("; ".join(map(sets.format, NAMES)))
    assert await changed(terminal) == set(NAMES)


@pytest.mark.parametrize("name", ["PATH", "GIT_DIR"])
async def test_a_variable_that_is_gone_is_told(opened, shell, name):
    terminal = await opened(shell, requested={"GIT_DIR": "/x"})
    unset = "set -e" if shell.endswith("fish") else "unset"
    await typed_into(terminal)(f"{unset} {name}")
    assert await changed(terminal) == {name}
