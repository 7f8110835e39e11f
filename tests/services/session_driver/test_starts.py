from datetime import timedelta

import pytest
from msgspec.structs import replace

from events.actions import CloseSession, RequestHandoff, RunCommand, SendText
from events.calls import ToolCallRejected
from events.operations import LogRestored
from events.review import Taint
from services.policy.builtin import builtin_layer
from services.policy.digest import clearance_digest
from services.policy.layer import Layer
from services.policy.rules import load_rules
from services.runtime.clock import Clock
from services.session_driver.control import types
from services.session_driver.starts import Check, objection
from services.signing.agreement import statement
from tests.support.approvers import keys_of, yes_of
from tests.support.authenticator import Authenticator
from tests.support.facts import IDLE, RISKY, SAFE, SECOND, asked, cleared, granted, requested
from tests.support.given import NOW, Given

pytestmark = pytest.mark.pure

RULES = load_rules([builtin_layer()])
KEY = b"k" * 32
HI = SendText(text="hi", submit=True)
LS, TOUCH = RunCommand(command="ls"), RunCommand(command="touch build")


def digest(action, context=IDLE, key=KEY):
    return clearance_digest(key, action, context, "v1")


def cleared_for(action, **changes):
    return (requested(action=action), cleared(digest=digest(action), **changes))


def granted_for(action):
    return (requested(action=action), asked(digest=digest(action)), granted(digest=digest(action)))


def looks(context=IDLE, now=NOW, key=KEY):
    def look(state):
        return objection(state.calls.open["c1"], context, Check(RULES, key, now, state.restored))

    return look


def rejection(before, look):
    event = Given(*before).when(look).event
    assert isinstance(event, ToolCallRejected)
    return event.code


def test_a_safe_command_starts_in_the_place_it_was_cleared_for():
    Given(*cleared_for(LS)).when(looks()).then()


@pytest.mark.parametrize("knows", ["the reviewer", "the driver"])
def test_a_command_that_what_was_shown_before_makes_unsafe_is_not_typed(knows):
    layer = Layer("user", "u.toml", 'stricter_when_tainted = ["read-system"]')
    rules = load_rules([builtin_layer(), layer])
    shown, read = Taint(sources=("a page",)), RunCommand(command="cat /etc/hosts")
    context = replace(IDLE, taint=shown) if knows == "the reviewer" else IDLE
    check = Check(rules, KEY, NOW, 0, taint=shown if knows == "the driver" else Taint())

    def look(state):
        return objection(state.calls.open["c1"], IDLE, check)

    assert rejection(cleared_for(read, context=context), look) == "not_safe"


def test_an_approved_command_starts_though_it_is_not_safe():
    Given(*granted_for(TOUCH)).when(looks()).then()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("session_id", "s2"),
        ("epoch", "e2"),
        ("prompt", "running"),
        ("foreground", "python3"),
        ("shell", "/bin/zsh"),
        ("cwd", "/etc"),
        ("bracketed_paste", False),
    ],
)
@pytest.mark.parametrize("before", [cleared_for(LS), granted_for(TOUCH)], ids=["safe", "approved"])
def test_nothing_is_typed_into_another_place(before, field, value):
    assert rejection(before, looks(replace(IDLE, **{field: value}))) == "context_changed"


def test_text_is_typed_to_the_line_only_that_it_was_judged_with():
    Given(*granted_for(HI)).when(looks()).then()
    assert rejection(granted_for(HI), looks(replace(IDLE, line="rm "))) == "context_changed"


def test_a_name_that_was_redefined_since_is_no_longer_safe():
    assert rejection(cleared_for(LS), looks(replace(IDLE, names=("ls",)))) == "not_safe"


def test_a_clearance_for_other_bytes_is_refused():
    before = (requested(action=TOUCH), cleared(digest=digest(LS)))
    assert rejection(before, looks()) == "digest_mismatch"


def test_an_approval_of_other_bytes_is_refused():
    before = (requested(action=TOUCH), asked(digest=digest(LS)), granted(digest=digest(LS)))
    assert rejection(before, looks()) == "digest_mismatch"


def test_a_clearance_under_another_key_is_refused():
    assert rejection(cleared_for(LS), looks(key=b"x" * 32)) == "digest_mismatch"


def test_a_clearance_under_another_policy_is_refused():
    before = cleared_for(LS, decision=replace(SAFE, policy_version="v2"))
    assert rejection(before, looks()) == "digest_mismatch"


def test_the_driver_judges_again_what_was_cleared_without_a_person():
    event = Given(*cleared_for(TOUCH)).when(looks()).event
    assert event.code == "not_safe"
    assert event.reason.startswith("The driver's own review says ")


def test_a_review_that_only_calls_itself_safe_does_not_help():
    assert rejection(cleared_for(TOUCH, decision=SAFE), looks()) == "not_safe"
    assert rejection(cleared_for(TOUCH, decision=RISKY), looks()) == "not_safe"


def test_an_end_by_force_is_started_whatever_runs_by_then():
    force = CloseSession(mode="force")
    busy = replace(IDLE, prompt="running", foreground="vim")
    Given(*cleared_for(force)).when(looks(context=busy)).then()
    assert rejection(cleared_for(CloseSession()), looks(context=busy)) == "context_changed"


def test_a_clearance_ends_after_its_last_second():
    Given(*cleared_for(LS)).when(looks(now=NOW + 30 * SECOND)).then()
    assert rejection(cleared_for(LS), looks(now=NOW + 31 * SECOND)) == "clearance_expired"


def test_setting_the_clock_back_an_hour_revives_no_clearance():
    clock = Clock(wall=lambda: NOW - timedelta(hours=1))
    clock.observe(NOW + 31 * SECOND)
    assert rejection(cleared_for(LS), looks(now=clock.now())) == "clearance_expired"


def test_nothing_requested_before_a_restore_of_the_log_is_started():
    restored = LogRestored(restored_to=2, source="backup")
    assert rejection((*cleared_for(LS), restored), looks()) == "log_restored"


def test_what_is_requested_after_a_restore_is_started():
    restored = LogRestored(restored_to=0, source="backup")
    Given(restored, *cleared_for(LS)).when(looks()).then()


def test_nothing_is_typed_into_a_session_that_ended():
    assert rejection(cleared_for(LS), looks(context=None)) == "session_closed"


@pytest.mark.parametrize("action", [LS, CloseSession(), CloseSession(mode="force")])
def test_nothing_is_typed_or_ended_while_a_person_has_control(action):
    call = Given(*cleared_for(action)).state.calls.open["c1"]
    rejected = objection(call, IDLE, Check(RULES, KEY, NOW, 0, control="cli:ann"))
    assert (rejected.code, "cli:ann" in rejected.reason) == ("control_with_person", True)
    assert types(action)


def test_asking_for_a_person_is_cleared_wherever_the_terminal_is_by_then():
    asks = RequestHandoff(reason="a password")
    busy = replace(IDLE, prompt="running", foreground="sudo", cwd="/etc")
    Given(*cleared_for(asks)).when(looks(context=busy)).then()
    assert not types(asks)


def test_a_call_that_was_never_cleared_is_refused():
    assert rejection((requested(),), looks()) == "clearance_expired"


def test_a_call_cleared_in_no_place_is_refused():
    call = replace(Given(*cleared_for(LS)).state.calls.open["c1"], context=None)
    assert objection(call, IDLE, Check(RULES, KEY, NOW, 0)).code == "no_context"


def test_a_check_does_not_show_its_key():
    assert "kkk" not in repr(Check(RULES, KEY, NOW, 0))


RM = RunCommand(command="rm -r build")
KEYS = keys_of("ann", "bob")


def agreed(by="cli:ann", assurance="authenticated", signature="", decision=RISKY):
    question = asked(digest=digest(RM), decision=decision)
    given = granted(digest=digest(RM), by=by, assurance=assurance, signature=signature)
    return (requested(action=RM), question, given)


def signature_of(name):
    return yes_of(name, Given(*agreed()[:2]).state.calls.open["c1"]).signature


def looks_with_keys(state):
    check = Check(RULES, KEY, NOW, state.restored, KEYS)
    return objection(state.calls.open["c1"], IDLE, check)


def test_what_is_dangerous_starts_only_with_a_signature():
    signed = agreed("key:ann", "signed", signature_of("ann"))
    Given(*signed).when(looks_with_keys).then()
    assert rejection(agreed(), looks_with_keys) == "approval_not_valid"


@pytest.mark.parametrize("by", ["key:bob", "cli:ann", "ann"])
def test_a_signature_counts_only_for_the_one_who_made_it(by):
    forged = agreed(by, "signed", signature_of("ann"))
    assert rejection(forged, looks_with_keys) == "approval_not_valid"


def test_a_grant_that_only_says_it_was_signed_starts_nothing():
    assert rejection(agreed("key:ann", "signed"), looks_with_keys) == "approval_not_valid"


def test_a_grant_by_one_person_starts_nothing_that_takes_two():
    pair = replace(RISKY, approvers=2)
    alone = agreed("key:ann", "signed", signature_of("ann"), pair)
    assert rejection(alone, looks_with_keys) == "approval_not_valid"


def test_a_passkey_signs_what_is_dangerous():
    device, other = Authenticator(), Authenticator()
    keys = {device.public.line: "ann"}

    def look(state):
        return objection(state.calls.open["c1"], IDLE, Check(RULES, KEY, NOW, 0, keys))

    said = statement(Given(*agreed()[:2]).state.calls.open["c1"])
    Given(*agreed("key:ann", "signed", device.sign(said))).when(look).then()
    forged = agreed("key:ann", "signed", other.sign(said))
    assert rejection(forged, look) == "approval_not_valid"


def test_a_clients_word_starts_only_what_the_drivers_own_rules_take_it_for():
    word = {"by": "client:ann", "assurance": "client-asserted"}
    asserted = (*granted_for(TOUCH)[:2], granted(digest=digest(TOUCH), **word))
    trusting = replace(RULES, assurance={"review": "client-asserted", "dangerous": "signed"})

    def look(state):
        return objection(state.calls.open["c1"], IDLE, Check(trusting, KEY, NOW, 0))

    Given(*asserted).when(look).then()
    assert rejection(asserted, looks()) == "approval_not_valid"
