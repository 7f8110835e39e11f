import pytest
from msgspec.structs import replace

from events.actions import RunCommand, SendText
from events.base import Sealed
from events.review import Taint
from services.policy.builtin import builtin_layer
from services.policy.layer import Layer
from services.policy.review import review
from services.policy.rules import load_rules

pytestmark = pytest.mark.pure

SHOWN = Taint(sources=("https://example.org/",))
KNOWS = Taint(secrets=("~/.ssh/id_rsa",))
QUOTED = Taint(quoted="make install", quoted_from="https://example.org/")


def rules_of(decision):
    return {finding.rule for finding in decision.findings}


@pytest.mark.parametrize(
    ("text", "alone", "after"),
    [
        ("ls", "safe", "safe"),
        ("cat README.md | head -5", "safe", "safe"),
        ("git status", "safe", "safe"),
        ("git log --oneline", "safe", "safe"),
        ("make test", "review", "review"),
        ("touch x", "review", "review"),
        ("git commit -m x", "review", "review"),
        ("git fetch", "review", "dangerous"),
        ("git push", "review", "dangerous"),
        ("curl https://a.b/", "review", "dangerous"),
        ("pip install x", "review", "dangerous"),
        ("npm install", "review", "dangerous"),
        ("cat .env", "dangerous", "dangerous"),
        ("rm -rf /", "blocked", "blocked"),
    ],
)
def test_after_output_of_others_only_what_goes_out_or_comes_in_is_one_tier_stricter(
    judge, text, alone, after
):
    assert (judge(text).tier, judge(text, taint=SHOWN).tier) == (alone, after)


def test_the_approver_reads_what_the_assistant_was_shown(judge):
    found = {each.rule: each.text for each in judge("git push", taint=SHOWN).findings}
    assert "output of https://example.org/" in found["tainted"]


def test_a_hundred_harmless_effects_hide_nothing_that_goes_out(judge):
    text = "; ".join(f"touch {n}" for n in range(100)) + "; curl https://a.b/"
    assert judge(text, taint=SHOWN).tier == "dangerous"


@pytest.mark.parametrize("text", ["curl https://a.b/", "git push", "npm install"])
def test_who_knows_a_secret_talks_to_other_machines_only_with_a_signature(judge, text):
    decision = judge(text, taint=KNOWS)
    assert decision.tier == "dangerous"
    assert "secret-known" in rules_of(decision)


@pytest.mark.parametrize("text", ["ls", "cat README.md", "git status"])
def test_who_knows_a_secret_may_still_look(judge, text):
    assert judge(text, taint=KNOWS).tier == "safe"


def test_a_text_that_was_printed_before_says_so(context, rules):
    for action in (RunCommand(command="make install"), SendText(text="make install")):
        decision = review(replace(context, taint=QUOTED), action, rules)
        assert decision.tier == "review"
        assert "word for word in output of https://example.org/" in decision.findings[-1].text


def test_a_sealed_quotation_blocks(judge):
    sealed = Sealed(key_id="k1", nonce=b"n", ciphertext=b"c")
    assert judge("ls", taint=Taint(quoted=sealed)).tier == "blocked"


def test_a_workspace_can_make_more_stricter(context):
    layer = Layer("workspace", "w.toml", 'stricter_when_tainted = ["read-system"]')
    rules = load_rules([builtin_layer(), layer])
    tainted = replace(context, taint=SHOWN)
    assert review(tainted, RunCommand(command="cat /etc/hosts"), rules).tier == "review"
    assert review(tainted, RunCommand(command="git push"), rules).tier == "dangerous"
