"""Whose keys count: nobody enters without somebody who is in already, but for the first."""

import pytest
from msgspec.structs import replace

from projections.approvers import ApproverFact
from tests.support.approvers import enrolment, key_of, keys_of, revocation, trust_after

pytestmark = pytest.mark.pure

ANN = enrolment("ann")
BOB = enrolment("bob", ANN, by="ann")


def names(*facts: ApproverFact) -> set[str]:
    return set(trust_after(*facts).keys.values())


def test_nobody_counts_at_first():
    assert names() == set()


def test_the_first_key_is_taken_on_trust():
    assert names(ANN) == {"ann"}


def test_the_first_key_must_be_able_to_sign():
    assert names(replace(ANN, proof=""), BOB) == set()
    assert names(replace(ANN, proof=""), ANN, BOB) == {"ann", "bob"}


def test_a_later_key_that_nobody_vouched_for_does_not_count():
    assert names(ANN, enrolment("eve", ANN)) == {"ann"}


def test_a_key_that_vouches_for_itself_does_not_count():
    assert names(ANN, enrolment("eve", ANN, by="eve")) == {"ann"}


def test_a_key_that_an_approver_vouched_for_counts():
    assert names(ANN, BOB) == {"ann", "bob"}


def test_a_signature_for_one_key_vouches_for_no_other():
    line = key_of("eve").public.line
    assert names(ANN, replace(BOB, key=line, proof=enrolment("eve", ANN).proof)) == {"ann"}


def test_nobody_enrols_a_key_that_they_do_not_have():
    stolen = replace(enrolment("eve", ANN, by="ann"), approver="eve", key=key_of("bob").public.line)
    assert names(ANN, stolen) == {"ann"}


def test_a_revoked_key_does_not_count():
    assert names(ANN, BOB, revocation("ann", ANN, BOB, by="bob")) == {"bob"}


def test_a_revoked_key_does_not_come_back_with_its_old_enrolment():
    assert names(ANN, BOB, revocation("bob", ANN, BOB, by="ann"), BOB) == {"ann"}


def test_a_key_that_was_enrolled_again_is_not_revoked_by_the_old_revocation():
    gone = revocation("bob", ANN, BOB, by="ann")
    back = enrolment("bob", ANN, BOB, gone, by="ann")
    assert names(ANN, BOB, gone, back, gone) == {"ann", "bob"}


def test_a_revocation_that_nobody_signed_changes_nothing():
    assert names(ANN, replace(revocation("ann", ANN, by="ann"), signature="")) == {"ann"}


def test_after_the_last_key_was_revoked_nobody_is_trusted_blindly_again():
    assert names(ANN, revocation("ann", ANN, by="ann"), enrolment("eve")) == set()


@pytest.mark.parametrize(
    "change",
    [
        {"key": "x"},
        {"key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"},
        {"key": ANN.key + " comment"},
        {"approver": "x:y"},
        {"approver": "../x"},
        {"proof": "-----BEGIN SSH SIGNATURE-----\né\n-----END SSH SIGNATURE-----"},
        {"signature": "-----BEGIN SSH SIGNATURE-----\né\n-----END SSH SIGNATURE-----"},
    ],
)
def test_what_cannot_count_changes_nothing_and_does_not_end_the_trust_in_the_first(change):
    assert names(replace(ANN, **change), ANN) == {"ann"}


def test_the_keys_are_found_by_their_lines():
    assert keys_of("ann") == {key_of("ann").public.line: "ann"}
