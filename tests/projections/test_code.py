import pytest

from projections import calls, sessions
from projections.code import code_hash

pytestmark = pytest.mark.pure


def test_the_same_code_has_the_same_key():
    assert code_hash(calls, sessions) == code_hash(calls, sessions)


def test_other_code_has_another_key():
    assert len({code_hash(calls), code_hash(sessions), code_hash(calls, sessions)}) == 3
