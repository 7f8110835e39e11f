import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.runtime.connection import Login
from services.runtime.keys import (
    USERS,
    KeyPermissionError,
    create_keys,
    digest_key,
    seed,
    variables,
)


def test_each_user_gets_a_key_of_its_own(tmp_path):
    public = create_keys(tmp_path / "keys")
    assert set(public) == set(USERS)
    assert len(set(public.values())) == len(USERS)


def test_keys_stay_the_same(tmp_path):
    assert create_keys(tmp_path / "keys") == create_keys(tmp_path / "keys")


def test_first_starts_at_the_same_moment_agree_on_the_keys(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: create_keys(tmp_path / "keys"), range(8)))
    assert made == [made[0]] * 8
    assert [path.name for path in (tmp_path / "keys").iterdir() if path.name.startswith(".")] == []


def test_only_the_owner_can_read_a_key(tmp_path):
    old = os.umask(0)
    try:
        create_keys(tmp_path / "keys")
    finally:
        os.umask(old)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()}
    assert (modes, stat.S_IMODE((tmp_path / "keys").stat().st_mode)) == ({0o600}, 0o700)


@pytest.mark.parametrize(("name", "mode", "remedy"), [("cli.nk", 0o640, 600), ("", 0o750, 700)])
def test_a_key_that_others_can_reach_is_refused_with_the_remedy(tmp_path, name, mode, remedy):
    create_keys(tmp_path / "keys")
    path = tmp_path / "keys" / name
    path.chmod(mode)
    with pytest.raises(KeyPermissionError, match=f"chmod {remedy} '{path}'"):
        seed(tmp_path / "keys", "cli")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_key_of_another_owner_is_refused(tmp_path):
    create_keys(tmp_path / "keys")
    os.chown(tmp_path / "keys" / "digest.key", 12345, -1)
    with pytest.raises(KeyPermissionError, match="belongs to another user"):
        digest_key(tmp_path / "keys")


def test_the_key_of_digests_is_long_enough_and_stays(tmp_path):
    create_keys(tmp_path / "keys")
    assert len(digest_key(tmp_path / "keys")) == 32
    assert digest_key(tmp_path / "keys") == digest_key(tmp_path / "keys")


def test_the_server_s_variables_hold_public_keys_only(tmp_path):
    named = variables(create_keys(tmp_path / "keys"))
    assert set(named) == {f"EIM_NKEY_{user.upper()}" for user in USERS}
    assert {value[0] for value in named.values()} == {"U"}


def test_a_login_does_not_show_its_secret(tmp_path):
    create_keys(tmp_path / "keys")
    secret = seed(tmp_path / "keys", "cli")
    assert secret not in repr(Login(url="nats://x", user="cli", seed=secret))
