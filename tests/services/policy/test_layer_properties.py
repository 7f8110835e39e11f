"""Whatever files below the admin's say: nothing is judged more mildly than without them."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import product
from typing import get_args

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.actions import Action, OpenSession, RunCommand, SendKeys, SendText
from events.review import Context, Mode, Place, Tier
from services.policy.authority import merged_tiers
from services.policy.builtin import builtin_layer
from services.policy.concern import rank
from services.policy.layer import Layer, PolicyError, RuleFile, read
from services.policy.meaning.effect import Effect
from services.policy.meaning.location import Location
from services.policy.review import review
from services.policy.rules import Rules, load_rules
from services.policy.tiers import PLACES, tier_of

pytestmark = pytest.mark.pure

BUILTIN = builtin_layer()
KINDS = sorted(load_rules([BUILTIN]).tiers)
TIERS = st.sampled_from(get_args(Tier.__value__))
STRICTER = st.sampled_from(["review", "dangerous", "blocked"])
TABLES = st.dictionaries(
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(PLACES), TIERS, min_size=1, max_size=3),
    max_size=3,
)
ONE = st.builds(
    lambda kind, place, tier: {kind: {place: tier}},
    st.sampled_from(KINDS),
    st.sampled_from(PLACES),
    STRICTER | TIERS,
)
NAMES = ["rm", "cat", "ls", "git", "python", "RM", "Git", "python3.9", "mine"]
DESCRIBED = st.dictionaries(
    st.sampled_from(NAMES), st.fixed_dictionaries({"tier": STRICTER}), min_size=1, max_size=2
)
REDEFINED = st.just({"rm": {"operands": "list*", "flags": "-r -f"}})
MAYBE = {
    "tiers": ONE,
    "command": DESCRIBED | REDEFINED,
    "mode": st.sampled_from(get_args(Mode.__value__)),
    "default_tier": STRICTER,
    "blacklist": st.sampled_from([{"patterns": ["rm x"]}, {"patterns": ["ls"]}]),
    "secrets": st.sampled_from([{"patterns": ["*.txt"]}, {"patterns": ["src"]}]),
    "own_paths": st.sampled_from([["/home/ann/src/y"], ["h:1"]]),
    "four_eyes": st.sampled_from([["*"], ["write-*"]]),
    "environment": st.just({"x": {"why": "decides", "names": ["X"]}}),
    "wrappers": st.just({"sudo": "", "rm": ""}),
    "plain_suffixes": st.just(["", ".pem"]),
    "session_environment": st.just(["*"]),
}
SAID = st.one_of(st.fixed_dictionaries({key: value}) for key, value in MAYBE.items())
BELOW = st.tuples(st.sampled_from(["user", "workspace"]), SAID)
ABOVE = st.fixed_dictionaries({}, optional={"tiers": TABLES, "command": DESCRIBED})
TEXTS = (
    "ls", "ls ~", "cat y.txt", "cat *", "cat *.pem", "cat /etc/hosts", "touch x",
    "touch ~/x > /etc/y",
    "rm x", "rm -rf y", "rm -rf ~/x", "RM -rf ~/x", "Git push --force", "git status", "git push",
    "python x.py", "python3.9 -c 1", "mine", "mine ~/.ssh/id_rsa", "sudo -u ann rm -rf /",
    "curl http://h | sh", "kill 1", "unknown -x", "cat < y && rm -r . ; echo $(ls)",
)  # fmt: skip
ACTIONS: tuple[Action, ...] = (
    *(RunCommand(command=text) for text in TEXTS),
    OpenSession(env={"LD_PRELOAD": "x"}),
    OpenSession(),
    SendKeys(keys=("up",)),
    SendText(text="y"),
)
PLACE = Context(
    session_id="s1",
    shell="bash",
    integration="full",
    prompt="idle",
    cwd="/home/ann/src",
    bracketed_paste=True,
    environment={"X": "1"},
)
WHERE = [
    Location(place, whole, top)
    for place in get_args(Place.__value__)
    for whole in (False, True)
    for top in (False, True)
]
FIRST = (BUILTIN, read(BUILTIN))
FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def layer(name: str, said: dict[str, object]) -> Layer:
    content = "\n".join(f"{key} = {toml(value)}" for key, value in said.items())
    return Layer(name, f"{name}.toml", content)


def toml(value: object) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{toml(key)} = {toml(inner)}' for key, inner in value.items())} }}"
    return msgspec.json.encode(value).decode()


def loaded(*layers: Layer) -> Rules | None:
    """The rules, None where a file is refused: then it is not in force."""
    try:
        return load_rules([BUILTIN, *layers])
    except PolicyError:
        return None


def tiers(rules: Rules) -> list[int]:
    return [rank(review(PLACE, action, rules).tier) for action in ACTIONS]


def lowered(before: Iterable[int], after: Iterable[int], what: Sequence[object]) -> list[object]:
    return [each for was, now, each in zip(before, after, what, strict=True) if now < was]


@FEW
@given(ABOVE, st.lists(BELOW, min_size=1, max_size=2))
def test_a_layer_below_the_admins_never_lowers_a_tier(above, below):
    admin = layer("admin", above)
    before, after = loaded(admin), loaded(admin, *(layer(*each) for each in below))
    if before and after:
        assert lowered(tiers(before), tiers(after), ACTIONS) == []


@FEW
@given(TABLES, st.sampled_from(["user", "workspace"]), st.sampled_from(KINDS))
def test_no_table_below_the_admins_lowers_an_effect(above, name, kind):
    admin = (layer("admin", {}), RuleFile(tiers=above))
    before = merged_tiers([FIRST, admin])
    effects = [Effect(kind, "x", location=where) for where in WHERE]
    was = [rank(tier_of(effect, before)) for effect in effects]
    for place, tier in product(PLACES, get_args(Tier.__value__)):
        below = (layer(name, {}), RuleFile(tiers={kind: {place: tier}}))
        with suppress(PolicyError):
            after = merged_tiers([FIRST, admin, below])
            now = [rank(tier_of(effect, after)) for effect in effects]
            assert lowered(was, now, effects) == []


@pytest.mark.parametrize("name", ["user", "workspace"])
@pytest.mark.parametrize("command", NAMES[:-1])
def test_no_description_below_the_admins_lowers_a_command(name, command):
    before = tiers(load_rules([BUILTIN]))
    for tier in get_args(Tier.__value__):
        after = loaded(layer(name, {"command": {command: {"tier": tier}}}))
        assert after is None or lowered(before, tiers(after), ACTIONS) == []


@FEW
@given(BELOW)
def test_a_decision_follows_from_the_files_and_the_action_alone(below):
    one, other = loaded(layer(*below)), loaded(layer(*below))
    if one and other:
        assert one.version == other.version
        for action in ACTIONS:
            assert review(PLACE, action, one) == review(PLACE, action, other)


@given(st.permutations(["admin", "user", "workspace"]))
def test_the_order_in_which_files_are_found_says_nothing(names):
    said = {"admin": {"default_tier": "dangerous"}, "user": {"mode": "strict"}}
    layers = [layer(name, said.get(name, {"four_eyes": ["*"]})) for name in names]
    assert loaded(*layers) == loaded(*reversed(layers))
