from datetime import UTC, datetime, timedelta

from services.runtime.clock import Clock

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_the_wall_clock_tells_the_time():
    assert Clock(wall=lambda: NOON).now() == NOON


def test_a_clock_set_back_does_not_take_the_log_back():
    clock = Clock(wall=lambda: NOON)
    clock.observe(NOON + timedelta(hours=1))
    clock.observe(NOON)
    assert clock.now() == NOON + timedelta(hours=1)


def test_real_time_is_in_utc():
    assert Clock().now().tzinfo == UTC
