"""Runs the checks, tells each as it ends, and sums up in a report that holds no secret."""

import asyncio
import platform
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import iterm2

from services.runtime.background import background
from services.runtime.station import VERSION
from services.session_driver.iterm2_selftest.checks import STEPS, Step
from services.session_driver.iterm2_selftest.subject import NotAsExpected, Subject
from services.session_driver.terminal.host import NoSuchPane, WriteStalled
from services.session_driver.terminal.iterm2 import checks
from services.session_driver.terminal.iterm2.place import Place
from services.session_driver.terminal.iterm2.trouble import ITerm2Trouble

LONGEST = 45.0
"""Seconds for one check; a person may have to answer macOS in the first one."""
REASONS = (ITerm2Trouble, NoSuchPane, NotAsExpected, TimeoutError, WriteStalled)

type Say = Callable[[str], None]


async def selftest(environment: Mapping[str, str], say: Say = print) -> bool:
    """Check the backend against the iTerm2 of this user; true where all is well."""
    say("Checks iTerm2 in a window of its own, which is closed at the end. About a minute.\n")
    place = Place.of(environment)
    results = await _run(place, say)
    say(f"\nReport (no contents, no secrets) to send us:\n{_about(place)}")
    for line in results:
        say(f"  {line}")
    failed = sum(not line.startswith("ok") for line in results)
    say(f"\n{failed} of {len(STEPS)} checks failed." if failed else "\nEvery check passed.")
    return not failed


async def _run(place: Place, say: Say) -> list[str]:
    results: list[str] = []
    with tempfile.TemporaryDirectory(prefix="eim-selftest-") as folder:
        async with background() as tasks:
            subject = Subject(place, Path(folder), tasks)
            for number, step in enumerate(STEPS, start=1):
                results.append(await _checked(step, subject))
                say(f"[{number:2}/{len(STEPS)}] {results[-1]}")
                if step.vital and not results[-1].startswith("ok"):
                    break
            await _tidied(subject)
            subject.backend.close()
    return results


async def _checked(step: Step, subject: Subject) -> str:
    began = time.monotonic()
    try:
        async with asyncio.timeout(LONGEST):
            await step.check(subject)
    except REASONS as error:
        why = " ".join(str(error).split()) or "it took too long"
        return f"FAILED  {step.name} ({time.monotonic() - began:.1f} s): {why}"
    return f"ok      {step.name} ({time.monotonic() - began:.1f} s)"


async def _tidied(subject: Subject) -> None:
    """Close what a failed check has left open."""
    try:
        await subject.close()
    except REASONS as error:
        print(f"A window of the self-test may still be open: {error}")


def _about(place: Place) -> str:
    application = checks.version(place).text.partition(" at ")[0]
    return (
        f"  eim {VERSION}, iterm2 package {iterm2.__version__}\n"
        f"  Python {platform.python_version()}, {platform.platform()}, iTerm2 {application}"
    )
