"""What files below the admin's may not say, and what they may."""

import pytest

from services.policy.builtin import builtin_layer
from services.policy.layer import Layer, PolicyError
from services.policy.rules import Rules, load_rules

pytestmark = pytest.mark.pure


def layer(name: str, content: str) -> Layer:
    return Layer(name, f"{name}.toml", content)


def rules(**files: str) -> Rules:
    return load_rules([builtin_layer(), *(layer(name, said) for name, said in files.items())])


def refusal(**files: str) -> str:
    with pytest.raises(PolicyError) as refused:
        rules(**files)
    return str(refused.value)


@pytest.mark.parametrize("name", ["user", "workspace"])
@pytest.mark.parametrize(
    ("content", "line", "key"),
    [
        ("four_eyes = ['x']\n[tiers.write]\nworkspace = 'safe'", 3, "tiers.write.workspace"),
        ("[tiers.write]\nwhole = 'dangerous'", 2, "tiers.write.whole"),
        ("[command.rm]\noperands = 'list*'", 1, "command.rm"),
        ("[command.RM]\noperands = 'list*'", 1, "command.RM"),
        ("[command.sudo]\ntier = 'review'", 1, "command.sudo"),
        ("[wrappers]\nsudo = ''", 1, "wrappers"),
        ("plain_suffixes = ['']", 1, "plain_suffixes"),
        ("session_environment = ['*']", 1, "session_environment"),
        ("[modes.strict]\nwhy = 'nothing'", 1, "modes"),
    ],
)
def test_what_would_loosen_is_refused_with_its_line(name, content, line, key):
    said = refusal(**{name: content})
    assert said.startswith(f"{name}.toml:{line}: {key}: ")
    assert f"the file of a {name} may only tighten the policy" in said


def test_an_admin_may_loosen():
    loose = "session_environment = ['*']\n[tiers.write]\nworkspace = 'safe'"
    assert rules(admin=loose).tiers["write"]["workspace"] == "safe"
    assert rules(admin="[command.rm]\noperands = 'list*'").commands["rm"].operands == "list*"


def test_what_a_mode_is_no_file_of_this_machine_says():
    assert "only the built-in file says" in refusal(admin="[modes.strict]\nwhy = 'x'")


def test_a_user_describes_a_command_that_nobody_else_does():
    assert rules(user="[command.mine]\nflags = '-a'").commands["mine"].flags == "-a"
    assert "may only tighten" in refusal(workspace="[command.mine]\nflags = '-a'")


def test_of_a_user_and_an_admin_the_stricter_counts():
    mild, strict = "[tiers.write]\ntemp = 'review'", "[tiers.write]\ntemp = 'blocked'"
    assert rules(admin=mild, user=strict).tiers["write"]["temp"] == "blocked"
    assert rules(admin=strict, user=mild).tiers["write"]["temp"] == "blocked"


def test_a_place_that_a_user_names_is_as_strict_as_the_admin_says_of_all_others():
    admin, user = "[tiers.read]\notherwise = 'dangerous'", "[tiers.read]\nhome = 'review'"
    assert rules(admin=admin, user=user).tiers["read"]["home"] == "dangerous"


def test_a_workspace_is_bound_by_what_a_user_says():
    user = "[command.ls]\ntier = 'dangerous'\nwhy = 'is mine'"
    assert "command.ls" in refusal(user=user, workspace="[command.ls]\ntier = 'review'")
