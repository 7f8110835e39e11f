"""Keys of clients."""

import stat
from pathlib import Path

import pytest

from services.mcp_front.credentials import ClientKeys, ClientName
from services.mcp_front.ports import SCOPES


@pytest.fixture
def keys(tmp_path: Path) -> ClientKeys:
    return ClientKeys(tmp_path)


def test_a_key_names_its_client_and_its_scopes(keys: ClientKeys) -> None:
    desktop, code = keys.issue("claude-desktop"), keys.issue("code", ("terminal:read",))
    assert keys.principal_of(desktop) == "claude-desktop"
    assert keys.principal_of(code) == "code"
    assert keys.scopes_of("claude-desktop") == SCOPES
    assert keys.scopes_of("code") == ("terminal:read",)
    assert keys.names() == ("claude-desktop", "code")


def test_a_key_has_256_random_bits_and_is_stored_only_as_its_hash(
    keys: ClientKeys, tmp_path: Path
) -> None:
    key = keys.issue("desktop")
    file = tmp_path / "clients" / "desktop.json"
    assert key.startswith("eim_")
    assert len(key) == 4 + 43
    assert key.removeprefix("eim_") not in file.read_text()


def test_only_the_owner_may_read_the_files(keys: ClientKeys, tmp_path: Path) -> None:
    keys.issue("desktop")
    folder = tmp_path / "clients"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()] == [0o600]


@pytest.mark.parametrize("key", ["", "eim_", "desktop", "eim_" + "A" * 43, "é\ud800"])
def test_another_key_is_nobody(keys: ClientKeys, key: str) -> None:
    keys.issue("desktop")
    assert keys.principal_of(key) is None


def test_a_new_key_replaces_the_old_one(keys: ClientKeys) -> None:
    old, new = keys.issue("desktop"), keys.issue("desktop")
    assert (keys.principal_of(old), keys.principal_of(new)) == (None, "desktop")


def test_a_revoked_key_is_nobody_and_may_do_nothing(keys: ClientKeys) -> None:
    key = keys.issue("desktop")
    assert keys.revoke("desktop")
    assert keys.principal_of(key) is None
    assert keys.scopes_of("desktop") == ()
    assert not keys.revoke("desktop")


def test_without_clients_every_key_is_nobody(keys: ClientKeys) -> None:
    assert keys.principal_of("eim_x") is None
    assert keys.names() == ()


@pytest.mark.parametrize("name", ["", "../x", "A", "a/b", "a.b", "-a", "a" * 33, "a\n", "_"])
def test_a_name_that_is_no_name_is_refused(keys: ClientKeys, name: str) -> None:
    with pytest.raises(ClientName):
        keys.issue(name)
    with pytest.raises(ClientName):
        keys.revoke(name)
