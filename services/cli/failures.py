"""What a person is told when something fails: for what was foreseen, a sentence."""

import errno
import sys
import traceback
from collections.abc import Iterator
from typing import Final, cast

from services.cli.refused import CannotStart, Refused
from services.mcp_front.credentials import ClientName
from services.policy.layer import PolicyError
from services.runtime.acks import LogFull, LogRefused
from services.runtime.connection import BrokerUnreachable
from services.runtime.data_folder import HomeUnusable
from services.runtime.follow import LogGap
from services.runtime.health import CannotTell
from services.runtime.keys import KeyPermissionError
from services.runtime.layers import ConfigError, variable
from services.runtime.lock import Taken
from services.runtime.log import LogUnavailable
from services.runtime.nats_server import BrokerUnavailable
from services.runtime.rpc import Declined, Unanswered
from services.runtime.streams import ProvisioningRefused

FAILED: Final = 2
NEXT: Final[dict[type[Exception], str]] = {
    Refused: "",
    CannotStart: "",
    CannotTell: f"The variable for another port is {variable('server.healthPort')}.",
    BrokerUnavailable: "",
    BrokerUnreachable: "Is it running? Look with: eim status",
    ConfigError: "Check it with: eim validate",
    PolicyError: "Correct it (docs/review.md says what it may hold), then: eim validate",
    KeyPermissionError: "",
    Taken: "Look with: eim status. Stop it with: eim down",
    ProvisioningRefused: "",
    LogUnavailable: "The broker does not answer. Look with: eim status",
    LogFull: "Raise clustering.eventsMaxBytes and start again.",
    LogRefused: "Look into the broker's log, or run: eim doctor",
    LogGap: "The log on this disk is damaged; restore a backup.",
    Unanswered: "A service does not answer. Look with: eim status",
    Declined: "",
    ClientName: "",
    HomeUnusable: "",
    OSError: "Run: eim doctor",
}
"""What can go wrong for reasons outside this program, and what to do about it."""
_NOT_OURS_TO_WRITE: Final = "Make it writable for this user, or set EIM_HOME to another folder."
_BY_NUMBER: Final = {
    errno.EROFS: _NOT_OURS_TO_WRITE,
    errno.EACCES: _NOT_OURS_TO_WRITE,
    errno.EPERM: _NOT_OURS_TO_WRITE,
    errno.ENOTDIR: "A file is where a folder should be: move it away.",
    errno.EISDIR: "A folder is where a file should be: move it away.",
    errno.ENOSPC: "The disk is full: make room.",
    errno.EDQUOT: "The quota is used up: make room.",
}


def explain(error: BaseException) -> int:
    """Tell on standard error what failed; return the exit code."""
    for each in leaves(error):
        if told := sentence(each):
            print(f"eim: {told}", file=sys.stderr)
        else:
            traceback.print_exception(each)
            print("eim: this was not foreseen; please report it.", file=sys.stderr)
    return FAILED


def sentence(error: BaseException) -> str:
    """Return what to tell about a foreseen failure, empty for any other."""
    step = next((step for kind, step in NEXT.items() if isinstance(error, kind)), None)
    if step is None:
        return ""
    if isinstance(error, OSError) and error.filename:
        text, step = trouble(error)
        return f"{text}\n     {step}"
    return f"{error}\n     {step}" if step else str(error)


def trouble(error: OSError) -> tuple[str, str]:
    """Return what is wrong with a file or folder, and what to do."""
    text = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    return text, _BY_NUMBER.get(error.errno or 0, NEXT[OSError])


def leaves(error: BaseException) -> Iterator[BaseException]:
    """Return the failures inside groups of failures, each text once."""
    told: set[str] = set()
    for each in _leaves(error):
        if repr(each) not in told:
            told.add(repr(each))
            yield each


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if not isinstance(error, BaseExceptionGroup):
        yield error
        return
    for inner in cast("BaseExceptionGroup[BaseException]", error).exceptions:
        yield from _leaves(inner)
