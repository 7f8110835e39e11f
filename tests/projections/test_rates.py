from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from projections import rates
from projections.rates import SPAN, Rate
from tests.support.facts import SECOND, requested
from tests.support.given import NOW, fold

pytestmark = pytest.mark.pure

SOON = timedelta(milliseconds=1)
STEPS = st.lists(st.floats(0, 40, allow_nan=False), min_size=1, max_size=60)


def after(*seconds: float) -> Rate:
    state: rates.Rates = {}
    for second in seconds:
        state = rates.evolve(state, "ann", NOW + second * SECOND)
    return state["ann"]


def test_the_requests_of_the_last_minute_are_counted():
    assert after(0, 1, 2).at(NOW + 30 * SECOND) == 3


def test_those_of_the_minute_before_count_less_and_less():
    rate = after(0, 1, 2, 3)
    counted = [rate.at(NOW + second * SECOND) for second in (60, 75, 90, 120, 600)]
    assert counted == [4, 3, 2, 0, 0]


def test_a_client_that_asks_no_more_is_forgotten():
    before = rates.evolve({}, "bob", NOW)
    assert set(rates.evolve(before, "ann", NOW + 60 * SECOND)) == {"ann", "bob"}
    assert set(rates.evolve(before, "ann", NOW + 120 * SECOND)) == {"ann"}


def test_a_clock_that_goes_back_counts_on():
    assert after(61, 59).at(NOW + 62 * SECOND) == 2


def test_each_client_is_counted_for_itself():
    state = fold(requested("c1"), replace(requested("c2"), principal="bob"), requested("c3"))
    assert {name: rate.now for name, rate in state.rates.items()} == {"ann": 2, "bob": 1}


@given(STEPS, st.integers(1, 30), st.floats(0, 200))
def test_after_the_wait_that_was_told_there_is_room_and_before_there_is_none(steps, limit, later):
    times = [sum(steps[: count + 1]) for count in range(len(steps))]
    rate, now = after(*times), NOW + (times[-1] + later) * SECOND
    wait = rate.wait(now, limit)
    assert 0 <= wait <= 2 * SPAN
    assert rate.at(now + wait * SECOND + SOON) < limit
    if wait > 0.01:
        assert rate.at(now + wait * SECOND - SOON) >= limit - 0.01


def test_a_rate_survives_many_spans():
    assert after(0, 3600).at(NOW + 3601 * SECOND) == 1
