"""How sure an approval must be, and how many persons it takes. The driver checks it again."""

import pytest
from msgspec.structs import replace

from events.approvals import ApprovalDenied, ApprovalEndorsed, ApprovalGranted
from projections.calls import Call
from services.contract.approval import Decide
from services.safety_reviewer.approvals import Hearing, NotAgreed, answered, elicited, in_slack
from services.signing.agreement import persons
from tests.support.approvers import keys_of, yes_of
from tests.support.facts import RISKY, asked, requested
from tests.support.given import NOW, Given

pytestmark = pytest.mark.pure

KEYS = keys_of("ann", "bob")
DANGEROUS = replace(RISKY, tier="dangerous")
NEEDS = {"review": "authenticated", "dangerous": "signed"}


def hearing(keys=KEYS):
    return Hearing(NOW, NEEDS, keys)


def waiting(decision=DANGEROUS, *before: object) -> Call:
    state = Given(requested(principal="claude"), asked(decision=decision), *before).state
    return state.calls.open["c1"]


def plain_yes(by="cli:ann"):
    return Decide(approval_id="ap-c1", verdict="grant", by=by)


def code_of(call, answer, keys=KEYS):
    with pytest.raises(NotAgreed) as refused:
        answered(call, answer, hearing(keys))
    return refused.value.code


def test_what_is_dangerous_takes_a_signature():
    assert code_of(waiting(), plain_yes()) == "needs_signature"


def test_a_signature_grants_and_is_kept():
    event = answered(waiting(), yes_of("ann", waiting()), hearing())
    assert isinstance(event, ApprovalGranted)
    assert (event.by, event.assurance) == ("key:ann", "signed")
    assert persons(waiting(DANGEROUS, event), "signed", KEYS) == {"ann"}
    assert event.signature == yes_of("ann", waiting()).signature


def test_what_is_only_reviewed_takes_a_log_in():
    event = answered(waiting(RISKY), plain_yes(), hearing())
    assert (event.by, event.assurance) == ("cli:ann", "authenticated")


def test_a_signature_of_somebody_who_is_not_enrolled_is_none():
    assert code_of(waiting(), yes_of("eve", waiting())) == "bad_signature"


def test_a_signature_for_another_call_is_none():
    other = replace(waiting(), call_id="c2")
    assert code_of(waiting(), yes_of("ann", other)) == "bad_signature"


def test_a_signature_for_other_bytes_is_none():
    other = replace(waiting(), digest="other")
    assert code_of(waiting(), yes_of("ann", other)) == "bad_signature"


def test_nobody_approves_what_they_asked_for():
    assert code_of(waiting(RISKY), plain_yes("claude")) == "own_request"


def test_a_key_that_bears_the_name_of_a_client_does_not_approve_its_requests():
    call = replace(waiting(), principal="ann")
    assert code_of(call, yes_of("ann", call)) == "own_request"


def test_a_person_may_call_a_client_by_their_own_name():
    assert answered(waiting(RISKY), plain_yes("cli:claude"), hearing()).by == "cli:claude"


PAIR = replace(DANGEROUS, approvers=2)


def test_the_first_of_two_persons_only_endorses():
    event = answered(waiting(PAIR), yes_of("ann", waiting(PAIR)), hearing())
    assert isinstance(event, ApprovalEndorsed)
    assert (event.by, event.assurance) == ("key:ann", "signed")


def test_the_second_person_grants():
    first = answered(waiting(PAIR), yes_of("ann", waiting(PAIR)), hearing())
    event = answered(waiting(PAIR, first), yes_of("bob", waiting(PAIR)), hearing())
    assert isinstance(event, ApprovalGranted)


def test_the_same_person_does_not_count_twice():
    first = answered(waiting(PAIR), yes_of("ann", waiting(PAIR)), hearing())
    assert code_of(waiting(PAIR, first), yes_of("ann", waiting(PAIR))) == "already_agreed"


def test_where_it_takes_two_each_of_them_signs():
    """One person can have several log-ins, and names for them."""
    assert code_of(waiting(replace(RISKY, approvers=2)), plain_yes("cli:ann")) == "needs_signature"


def test_a_signature_for_the_same_request_made_again_is_none():
    again = replace(waiting(), sequence=99)
    assert code_of(again, yes_of("ann", waiting())) == "bad_signature"


@pytest.mark.parametrize("by", ["", "a:b:c", "cli:\x1b]0;x", "cli:" + "x" * 65])
def test_who_decides_is_a_name(by):
    assert code_of(waiting(RISKY), plain_yes(by)) == "bad_name"


def test_an_answer_to_what_nobody_asks_any_more_is_none():
    granted_before = answered(waiting(RISKY), plain_yes(), hearing())
    assert answered(waiting(RISKY, granted_before), plain_yes("cli:bob"), hearing()) is None


def test_an_endorsement_with_a_key_that_was_revoked_meanwhile_counts_no_more():
    first = answered(waiting(PAIR), yes_of("bob", waiting(PAIR)), hearing())
    alone = keys_of("ann")
    event = answered(waiting(PAIR, first), yes_of("ann", waiting(PAIR)), hearing(alone))
    assert isinstance(event, ApprovalEndorsed)


TRUSTING = Hearing(NOW, NEEDS | {"review": "client-asserted"}, KEYS)


def asserted(verdict="grant", by="client:claude", **more):
    return Decide(approval_id="ap-c1", verdict=verdict, by=by, **more)


def refusal_of(call, answer, measure=TRUSTING):
    with pytest.raises(NotAgreed) as refused:
        elicited(call, answer, measure)
    return refused.value.code


def test_a_clients_word_grants_where_the_policy_takes_it():
    event = elicited(waiting(RISKY), asserted(), TRUSTING)
    assert isinstance(event, ApprovalGranted)
    assert (event.by, event.assurance) == ("client:claude", "client-asserted")
    assert persons(waiting(RISKY, event), "authenticated", KEYS) == frozenset()


def test_a_clients_word_denies_where_the_policy_takes_it():
    event = elicited(waiting(RISKY), asserted("deny", reason="no"), TRUSTING)
    assert isinstance(event, ApprovalDenied)
    assert (event.by, event.reason) == ("client:claude", "no")


@pytest.mark.parametrize("verdict", ["grant", "deny"])
@pytest.mark.parametrize("decision", [DANGEROUS, replace(RISKY, approvers=2)])
def test_a_clients_word_is_not_enough_for_what_needs_more(decision, verdict):
    assert refusal_of(waiting(decision), asserted(verdict)) == "needs_person"


def test_a_clients_word_is_nothing_by_default():
    assert refusal_of(waiting(RISKY), asserted(), hearing()) == "needs_person"


@pytest.mark.parametrize("by", ["client:other", "cli:claude", "claude", "key:ann"])
def test_a_client_answers_for_its_own_user_only(by):
    assert refusal_of(waiting(RISKY), asserted(by=by)) == "not_yours"


def test_a_client_hands_in_no_signature():
    signature = yes_of("ann", waiting(RISKY)).signature
    assert refusal_of(waiting(RISKY), asserted(signature=signature)) == "not_yours"


def test_a_log_in_is_enough_where_a_clients_word_is():
    event = answered(waiting(RISKY), plain_yes(), TRUSTING)
    assert event.assurance == "authenticated"


def test_an_answer_in_slack_counts_as_a_log_in():
    event = in_slack(waiting(RISKY), plain_yes("slack:ada"), hearing())
    assert isinstance(event, ApprovalGranted)
    assert (event.by, event.assurance) == ("slack:ada", "authenticated")


def test_an_answer_in_slack_is_not_enough_for_what_is_dangerous():
    with pytest.raises(NotAgreed) as refused:
        in_slack(waiting(), plain_yes("slack:ada"), hearing())
    assert refused.value.code == "needs_signature"


@pytest.mark.parametrize("by", ["cli:ada", "key:ann", "ada", "client:claude"])
def test_slack_answers_for_nobody_else(by):
    with pytest.raises(NotAgreed) as refused:
        in_slack(waiting(RISKY), plain_yes(by), hearing())
    assert refused.value.code == "not_yours"
