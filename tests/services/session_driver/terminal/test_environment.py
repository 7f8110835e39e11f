"""A session's shell sees an allow list of the user's environment."""

import pytest

from services.session_driver.terminal.environment import ForbiddenVariable, session_environment


@pytest.mark.pure
def test_only_what_is_allowed_gets_in():
    user = {
        "HOME": "/h",
        "LC_TIME": "C",
        "LANG": "de_DE.UTF-8",
        "PATH": "/bin",
        "TERM": "dumb",
        "AWS_SECRET_ACCESS_KEY": "s",
        "SSH_AUTH_SOCK": "/a",
        "EIM_NKEY": "n",
        "BASH_ENV": "x",
    }
    assert session_environment(user, "s1", {"CI": "1"}) == {
        "HOME": "/h",
        "LC_TIME": "C",
        "LANG": "de_DE.UTF-8",
        "PATH": "/bin",
        "CI": "1",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "EIM_SESSION": "s1",
    }


@pytest.mark.pure
@pytest.mark.parametrize("name", ["EIM_SESSION", "NATS_URL"])
def test_our_own_variables_cannot_be_asked_for(name):
    with pytest.raises(ForbiddenVariable):
        session_environment({}, "s1", {name: "x"})
