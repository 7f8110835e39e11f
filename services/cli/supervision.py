"""Keeps one service running: again after each end, but for what it cannot start without."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Final

from services.cli.failures import leaves
from services.cli.refused import CannotStart
from services.policy.layer import PolicyError
from services.runtime.keys import KeyPermissionError
from services.runtime.layers import ConfigError
from services.runtime.lock import Taken
from services.runtime.station import Station
from services.runtime.web import CannotListen

logger = logging.getLogger(__name__)

type Ready = Callable[[str], None]
type Run = Callable[[Station, Ready], Awaitable[None]]
FIRST_PAUSE, LONGEST_PAUSE, STEADY = 0.2, 5.0, 30.0
"""Seconds before a failed service is started again; one that was steady starts from the first."""
PERMANENT: Final = (CannotListen, ConfigError, KeyPermissionError, PolicyError, Taken)
"""Failures that a person must mend. While a stack starts they end it; later ones are retried."""


class LeftUnasked(RuntimeError):
    """A service ended without a failure, and is missed all the same."""


async def supervised(
    name: str,
    run: Callable[[], Awaitable[None]],
    stopping: asyncio.Event,
    started: Callable[[], bool],
) -> None:
    """Run one service until it is asked to leave. Raises CannotStart before all have started."""
    pause = FIRST_PAUSE
    while not stopping.is_set():
        began = time.monotonic()
        try:
            await _until_asked(run, stopping)
        except Exception as error:
            if not started() and (why := permanent(error)):
                raise CannotStart(why) from error
            _note(name, error)
            pause = FIRST_PAUSE if time.monotonic() - began > STEADY else pause
            await _pause(stopping, pause)
            pause = min(pause * 2, LONGEST_PAUSE)


async def _until_asked(run: Callable[[], Awaitable[None]], stopping: asyncio.Event) -> None:
    """Run a service that nobody has to end but we: its own cancellations are failures, too."""
    try:
        await run()
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise LeftUnasked("it cancelled itself") from error
    if not stopping.is_set():
        raise LeftUnasked("it ended, and nobody had asked it to")


def permanent(error: Exception) -> str:
    """Return what a person must mend, empty for what may pass by itself."""
    return "; ".join(str(each) for each in leaves(error) if isinstance(each, PERMANENT))


def _note(name: str, error: Exception) -> None:
    text = "; ".join(f"{type(each).__name__}: {each}" for each in leaves(error))
    logger.error("%s failed and is started again: %s", name, text)
    logger.debug("how %s failed", name, exc_info=error)


async def _pause(stopping: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return
