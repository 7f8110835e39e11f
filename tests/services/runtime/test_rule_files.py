"""Rule files are read where they must be, and only where nobody else can have put them."""

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.policy.configured import Additions, configured_rules
from services.policy.layer import PolicyError
from services.policy.proof import STANDARD
from services.policy.rules import rules_at
from services.runtime.rule_files import ADMIN, LARGEST, admins, of_workspaces, places, users

ME = os.getuid()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A rule file in a folder that only we may write."""
    folder = tmp_path / "etc"
    folder.mkdir(mode=0o755)
    path = folder / "policy.toml"
    path.write_text("mode = 'strict'")
    path.chmod(0o644)
    return path


def refusal(read, *arguments) -> str:
    with pytest.raises(PolicyError) as refused:
        read(*arguments)
    return str(refused.value)


def test_a_file_that_is_not_there_says_nothing(tmp_path):
    assert (admins(tmp_path / "x"), users(tmp_path / "x"), of_workspaces([str(tmp_path)])) == (
        None, None, (),
    )  # fmt: skip


def test_the_admins_file_is_read(file):
    layer = admins(file, ME)
    assert layer
    assert (layer.name, layer.path, layer.content) == ("admin", str(file), "mode = 'strict'")


def test_an_admins_file_of_somebody_else_is_refused(file):
    said = refusal(admins, file, ME + 1)
    assert f"belongs to user {ME} and not to root" in said
    assert "chown root" in said


@pytest.mark.parametrize("mode", [0o664, 0o646])
def test_an_admins_file_that_others_may_write_is_refused(file, mode):
    file.chmod(mode)
    assert f"{file}: others may write it; chmod go-w" in refusal(admins, file, ME)


def test_a_folder_in_which_others_could_put_another_file_is_refused(file):
    file.parent.chmod(0o777)
    assert f"{file.parent}: others may write it" in refusal(admins, file, ME)


def linked(path: Path) -> None:
    path.rename(path.with_name("other"))
    path.symlink_to("other")


def piped(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (linked, "it is a link"),
        (piped, "no ordinary file"),
        (lambda path: path.write_text("#" * (LARGEST + 1)), "is larger than 128 KiB"),
        (lambda path: path.write_bytes(b"\xff"), "is not UTF-8"),
    ],
    ids=["a link", "a pipe", "too large", "no text"],
)
def test_what_is_no_file_of_rules_is_refused_by_name(file, change, why):
    change(file)
    for said in (refusal(users, file), refusal(admins, file, ME)):
        assert said.startswith(f"{file}: ")
        assert why in said


def workspace(folder: Path, content: str) -> Path:
    (folder / ".eim").mkdir(parents=True)
    (folder / ".eim" / "policy.toml").write_text(content)
    return folder


def rules_in(folders: list[Path], cwd: Path):
    found = of_workspaces(map(str, folders))
    rules = configured_rules(Additions("review", (), (), workspaces=found))
    return rules_at(replace(STANDARD, cwd=str(cwd)), rules)


def test_a_workspace_counts_for_the_sessions_in_it(tmp_path):
    strict = workspace(tmp_path / "a", "mode = 'strict'")
    for cwd, modes in ((strict, ["strict"]), (strict / "src", ["strict"]), (tmp_path / "ab", [])):
        assert list(rules_in([strict], cwd).modes) == modes


def test_a_workspace_inside_another_is_bound_by_both(tmp_path):
    outer, inner = (
        workspace(tmp_path / "a", "mode = 'strict'"),
        workspace(tmp_path / "a" / "b", "default_tier = 'dangerous'"),
    )
    both = rules_in([inner, outer], inner)
    assert (list(both.modes), both.default_tier) == (["strict"], "dangerous")
    assert rules_in([inner, outer], outer).default_tier == "review"


def test_a_workspace_is_known_by_where_links_lead_too(tmp_path):
    real = workspace(tmp_path / "a", "mode = 'strict'")
    (tmp_path / "link").symlink_to(real)
    for cwd in (real, tmp_path / "link"):
        assert list(rules_in([tmp_path / "link"], cwd).modes) == ["strict"]


def test_a_file_outside_of_its_workspace_is_refused(tmp_path):
    workspace(tmp_path / "a", "mode = 'strict'")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / ".eim").symlink_to(tmp_path / "a" / ".eim")
    assert "leads out of its workspace" in refusal(of_workspaces, [str(tmp_path / "b")])


def test_a_workspace_that_would_loosen_is_refused(tmp_path):
    hostile = workspace(tmp_path / "a", "\n[tiers.write]\nworkspace = 'safe'")
    said = refusal(rules_in, [hostile], hostile)
    assert said.startswith(f"{hostile}/.eim/policy.toml:3: tiers.write.workspace: ")


def test_rule_files_are_places_of_ours():
    assert places(["/src/a"]) == (str(ADMIN.parent), "/src/a/.eim")
