import pytest

from services.policy.builtin import builtin_layer
from services.policy.layer import Layer, PolicyError, configured
from services.policy.proof import prove_package, proven_rules
from services.policy.rules import load_rules

pytestmark = pytest.mark.pure


def layer(content: str, name: str = "user") -> Layer:
    return Layer(name, f"{name}.toml", content)


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("[command.x]\nmatch.safe = ['x -a']", "command.x.match: 'x -a' is review instead of safe"),
        ("[command.x]\nmatch.dangerous = ['x']", "command.x.match: 'x' is safe instead of danger"),
        ("[blacklist]\npatterns = ['rm x']\nmatch = ['ls']", "blacklist: does not match"),
        ("[secrets]\npatterns = ['a*']\nnot_match = ['x/abc']", "secrets: must not match"),
        ("[environment.x]\nwhy = ''\nnames = ['A*']\nmatch = ['BA']", "environment.x: does not"),
        ("[environment.x]\nwhy = ''\nnames = ['A*']\nnot_match = ['AB']", "environment.x: must"),
        ("[environment.x]\nwhy = ''\nnames = ['*_A']", "environment"),
        ("[environment.x]\nwhy = ''\nnames = ['A}$(id)']", "environment"),
        ("[command.x]\noperands = 'reed'", "command.x: operands: 'reed' is no role"),
        ("[command.x]\nkinds = ['reed']", "command.x: kinds: 'reed' is no kind"),
        ("[command.x]\nshapes = { a = '(' }", "command.x: shapes.a"),
        ("[command.x]\nflags = '-a -a'", "command.x: flag -a is listed twice"),
        ("[command.x]\nflag.'-a' = 'reed'", "command.x: flag.-a: 'reed' is no role"),
        ("[command.x.sub.y]\noperands = 'reed'", "command.x: sub.y: operands: 'reed'"),
        ("[command.time]", "command.time: time is no command but a keyword"),
        ("[command.x]\nletter = 'a'", "letter"),
        ("[tiers.reed]\notherwise = 'review'", "tiers.reed: there is no such effect"),
        ("[tiers.read]\nhome = 'fine'", "tiers"),
        ("[tiers.read]\nhouse = 'safe'", "tiers.read.house: there is no such place"),
        ("colour = 1", "colour"),
        ("default_tier = 'safe'", "default_tier"),
        ("not toml", "user.toml"),
    ],
)
def test_a_faulty_file_is_refused_with_its_place(content, names):
    with pytest.raises(PolicyError, match=r"user\.toml") as refused:
        proven_rules([builtin_layer(), layer(content)])
    assert names in str(refused.value)


@pytest.mark.parametrize(
    "content",
    [
        "[command.git]\nflags = '-a'",
        "[command.sudo]\ntier = 'review'",
        "[wrappers]\nsudo = ''",
        "plain_suffixes = ['']",
        "session_environment = ['*']",
    ],
)
def test_a_workspace_may_not_loosen(content):
    with pytest.raises(PolicyError, match="only tighten"):
        load_rules([builtin_layer(), layer(content, "workspace")])


def test_a_workspace_may_tighten():
    content = "default_tier = 'dangerous'\n[command.ls]\ntier = 'blocked'\nwhy = 'is off'"
    rules = load_rules([layer(content, "workspace"), builtin_layer()])
    assert (rules.default_tier, rules.commands["ls"].tier) == ("dangerous", "blocked")


def test_an_administrator_overrides_a_user_in_any_order():
    admin = layer("[command.x]\ntier = 'blocked'", "admin")
    user = layer("[command.x]\nflags = '-a'")
    assert load_rules([admin, user]).commands["x"].tier == "blocked"


def test_the_version_follows_content_and_not_spelling():
    version = load_rules([layer("[blacklist]\npatterns = ['a']")]).version
    assert version == load_rules([layer("blacklist.patterns = ['a'] # the same")]).version
    assert version != load_rules([layer("[blacklist]\npatterns = ['b']")]).version


def test_every_example_of_the_package_is_judged_as_it_says():
    prove_package()


def test_an_example_is_tried_by_what_its_file_and_those_below_say():
    loud = layer("default_tier = 'dangerous'\n[command.x]\nmatch.dangerous = ['y']")
    stricter = layer("[command.ls]\ntier = 'blocked'\nwhy = 'is off'", "workspace")
    assert proven_rules([stricter, loud, builtin_layer()]).default_tier == "dangerous"


def test_the_configuration_makes_a_layer():
    made = configured("config.json", ("sudo rm", 'say "hi"'), "dangerous", ("/home/a b/'c'",))
    rules = load_rules([builtin_layer(), made])
    assert rules.own_paths == ("/home/a b/'c'",)
    assert rules.blacklist_patterns[-2:] == ("sudo rm", 'say "hi"')
    assert rules.default_tier == "dangerous"


def test_a_user_says_how_strict_an_effect_is():
    rules = load_rules([builtin_layer(), layer("[tiers.write]\nworkspace = 'dangerous'")])
    assert rules.tiers["write"]["workspace"] == "dangerous"
    assert rules.tiers["write"]["temp"] == "review"
    assert rules.version != load_rules([builtin_layer()]).version


def test_an_admin_has_the_last_word_on_an_effect():
    mild, strict = "[tiers.read]\nhome = 'review'", "[tiers.read]\nhome = 'dangerous'"
    layers = [layer(strict, "admin"), builtin_layer(), layer(mild)]
    assert load_rules(layers).tiers["read"]["home"] == "dangerous"


@pytest.mark.parametrize(
    "content", ["[tiers.write]\nworkspace = 'safe'", "[tiers.upload]\nother = 'review'"]
)
def test_a_workspace_does_not_loosen_an_effect(content):
    with pytest.raises(PolicyError, match="may only tighten"):
        load_rules([builtin_layer(), layer(content, "workspace")])


def test_a_workspace_tightens_an_effect():
    content = "[tiers.write]\nworkspace = 'blocked'"
    rules = load_rules([builtin_layer(), layer(content, "workspace")])
    assert rules.tiers["write"]["workspace"] == "blocked"
