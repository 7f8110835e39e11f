"""`eim doctor`: looks for what is missing or wrong, each with its next step."""

import asyncio
from collections.abc import Iterator
from typing import Final

from services.cli import here
from services.cli.belongings import belongings
from services.cli.failures import trouble
from services.cli.finding import Finding, Level, ok, wrong
from services.cli.iterm2 import iterm2
from services.cli.left_behind import left_behind
from services.cli.machine import machine
from services.cli.rules import policy
from services.runtime import config
from services.runtime.layers import ConfigError

FAILED: Final = 2
UNFIT: Final = 1
"""The exit code of a self-test in which a check failed."""
_MARKS: Final[dict[Level, str]] = {"ok": "ok   ", "note": "note ", "wrong": "WRONG"}


def doctor(*, iterm2_selftest: bool = False) -> int:
    """Look for what is missing or wrong on this machine.

    Parameters
    ----------
    iterm2_selftest
        Check instead the whole iTerm2 backend against the iTerm2 that runs, in a window of its own.
    """
    if iterm2_selftest:
        from services.session_driver.iterm2_selftest.run import selftest

        return 0 if asyncio.run(selftest(config.user_environment())) else UNFIT
    findings = list(_findings())
    for finding in findings:
        print(f"{_MARKS[finding.level]}  {finding.name:<15} {finding.text}")
        if finding.step:
            print(f"{'':<22} -> {finding.step}")
    bad = sum(finding.level == "wrong" for finding in findings)
    print(f"\n{bad} to mend." if bad else "\nNothing to mend.")
    return FAILED if bad else 0


def _findings() -> Iterator[Finding]:
    try:
        station = here.configured()
    except ConfigError as error:
        for problem in error.problems:
            yield wrong("configuration", problem, "correct it, then look again")
        yield from _as_far("data", belongings(config.home(config.environment())))
        return
    yield ok("configuration", str(station.home.config))
    yield from _as_far("machine", machine(station))
    yield from _as_far("policy", policy(station))
    yield from iterm2(station.config)
    yield from _as_far("data", belongings(station.home))
    yield from _as_far("terminals", left_behind(station))


def _as_far(name: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    """Look as far as the system lets us: what it refuses is a finding, too."""
    try:
        yield from findings
    except OSError as error:
        yield wrong(name, *trouble(error))
