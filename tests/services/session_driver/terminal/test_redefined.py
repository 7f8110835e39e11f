"""Each shell says which aliases and functions were made or changed since its first prompt."""

import shutil

import pytest

from tests.services.session_driver.terminal.conftest import typed_into

NO_SH = ["bash", "zsh", "fish"]
"""The shells that can list their functions."""


@pytest.fixture(params=[*NO_SH, "dash"])
def shell(request):
    return shutil.which(request.param) or pytest.skip(f"{request.param} is not installed")


async def redefined(terminal) -> set[str]:
    assert await terminal.ready(10)
    return set(terminal.context_facts().changed_names)


async def test_nothing_is_said_of_names_that_mean_what_they_meant(terminal, typed):
    for command in ("ls", "cd /", "true", "export UNRELATED=1", "ls | wc"):
        await typed(command)
        assert await redefined(terminal) == set()


async def test_an_alias_is_told_until_it_is_gone(terminal, typed, shell):
    for command, told in (
        ("alias ls='echo mine'", {"ls"}),
        ("true", {"ls"}),
        ("alias cat='echo other'", {"ls", "cat"}),
        ("functions -e ls" if shell.endswith("fish") else "unalias ls", {"cat"}),
    ):
        await typed(command)
        assert await redefined(terminal) == told


@pytest.mark.parametrize("shell", NO_SH, indirect=True)
async def test_a_function_is_told_that_takes_the_name_of_a_program(terminal, typed, shell):
    fish = shell.endswith("fish")
    await typed("function ls; echo a; end" if fish else "ls() { echo a; }")
    assert await redefined(terminal) == {"ls"}
    await typed("function cat; echo a; end" if fish else "cat() { echo a; }")
    assert await redefined(terminal) == {"ls", "cat"}


@pytest.mark.parametrize("shell", NO_SH, indirect=True)
async def test_a_file_that_is_sourced_hides_nothing(terminal, typed, shell, tmp_path):
    fish = shell.endswith("fish")
    (tmp_path / "evil").write_text("function ls; rm x; end" if fish else "ls() { rm x; }\n")
    await typed(f"source {tmp_path}/evil")
    assert await redefined(terminal) == {"ls"}


@pytest.mark.parametrize("shell", ["bash", "zsh"], indirect=True)
@pytest.mark.parametrize("line", ["alias ls='ls -F'", "ll() { ls -l; }"])
async def test_what_the_users_own_files_define_is_theirs(opened, shell, home, line):
    (home / (".bashrc" if shell.endswith("bash") else ".zshrc")).write_text(f"{line}\n")
    terminal = await opened(shell)
    typed = typed_into(terminal)
    await typed("true")
    assert await redefined(terminal) == set()
    await typed("alias ls=echo; ll() { echo; }")
    assert await redefined(terminal) == {"ls", "ll"}


async def test_a_global_alias_of_zsh_is_told(opened):
    zsh = shutil.which("zsh") or pytest.skip("zsh is not installed")
    terminal = await opened(zsh)
    await typed_into(terminal)("alias -g README='| rm'; alias -s py=rm")
    assert await redefined(terminal) == {"README", "py"}


async def test_an_abbreviation_of_fish_is_told(opened):
    fish = shutil.which("fish") or pytest.skip("fish is not installed")
    terminal = await opened(fish)
    await typed_into(terminal)("abbr -a ls rm")
    assert await redefined(terminal) == {"ls"}


async def test_more_names_than_can_be_told_are_said_to_be_more(opened):
    bash = shutil.which("bash") or pytest.skip("bash is not installed")
    terminal = await opened(bash)
    await typed_into(terminal)('for i in {1..900}; do alias "name$i=x"; done')
    assert "*" in await redefined(terminal)
