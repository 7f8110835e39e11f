"""Whose keys count: nobody enters without somebody who is in already, but for the first."""

import pytest
from msgspec.structs import replace

from events.approvers import ApproverRevoked
from services.signing.statements import Revocation
from tests.support.approvers import enrolment, key_of, keys_after, keys_of

pytestmark = pytest.mark.pure


def revocation(name: str, by: str) -> ApproverRevoked:
    line = key_of(name).public.line
    signature = key_of(by).sign(Revocation(name, line))
    return ApproverRevoked(approver=name, key=line, by=f"cli:{by}", signature=signature)


def names(*facts: object) -> set[str]:
    return set(keys_after(*facts).values())


def test_nobody_counts_at_first():
    assert names() == set()


def test_the_first_key_is_taken_on_trust():
    assert names(enrolment("ann")) == {"ann"}


def test_a_later_key_that_nobody_vouched_for_does_not_count():
    assert names(enrolment("ann"), enrolment("eve")) == {"ann"}


def test_a_key_that_vouches_for_itself_does_not_count():
    assert names(enrolment("ann"), enrolment("eve", by="eve")) == {"ann"}


def test_a_key_that_an_approver_vouched_for_counts():
    assert names(enrolment("ann"), enrolment("bob", by="ann")) == {"ann", "bob"}


def test_a_signature_for_one_key_vouches_for_no_other():
    forged = replace(enrolment("bob", by="ann"), key=key_of("eve").public.line)
    assert names(enrolment("ann"), forged) == {"ann"}


def test_a_revoked_key_does_not_count():
    pair = (enrolment("ann"), enrolment("bob", by="ann"))
    assert names(*pair, revocation("ann", by="bob")) == {"bob"}


def test_a_revocation_that_nobody_signed_changes_nothing():
    assert names(enrolment("ann"), replace(revocation("ann", by="ann"), signature="")) == {"ann"}


def test_after_the_last_key_was_revoked_nobody_is_trusted_blindly_again():
    assert names(enrolment("ann"), revocation("ann", by="ann"), enrolment("eve")) == set()


def test_what_is_no_key_is_not_enrolled_and_does_not_end_the_trust_in_the_first():
    assert names(replace(enrolment("eve"), key="x"), enrolment("ann")) == {"ann"}


def test_a_key_that_is_spelled_another_way_is_not_a_second_one():
    spelled = replace(enrolment("ann"), key=key_of("ann").public.line + " comment")
    assert keys_after(spelled) == {}
    assert keys_of("ann") == {key_of("ann").public.line: "ann"}
