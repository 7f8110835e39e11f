"""Faults of the log and of other services, in words that a model can act on."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from services.mcp_front.refusals import Refusal, unknown_session
from services.runtime.log import Conflict, LogFull, LogRefused, LogUnavailable
from services.runtime.rpc import Declined, Unanswered

_PERSON = (
    "Nothing is typed or shown until they return control. request_handoff waits until they do; "
    "list_sessions shows who has control."
)
_STATUS = "Tell the user to run `eim status`, which names the part that is down."


@contextmanager
def explained(call_id: str = "") -> Generator[None]:
    """Turn faults below the front into a Refusal; a call with an id may be on record by then."""
    try:
        yield
    except LogFull as error:
        raise Refusal(
            "log_full",
            f"The event log takes no new calls: {error}. Nothing was run.",
            next_step="Tell the user to raise clustering.eventsMaxBytes and restart.",
        ) from error
    except (LogUnavailable, Conflict, TimeoutError) as error:
        raise _unavailable(error, call_id) from error
    except LogRefused as error:
        raise Refusal(
            "internal_error",
            f"The event log does not take this call: {error}. Nothing was run.",
            next_step="Shorten the arguments.",
        ) from error
    except Unanswered as error:
        raise _silent(error) from error
    except Declined as declined:
        raise _declined(declined) from declined


def _unavailable(error: Exception, call_id: str) -> Refusal:
    away = f"The event log does not answer ({error})"
    if not call_id:
        return Refusal(
            "log_unavailable",
            f"{away}. Nothing was recorded for this call, and nothing runs while it is away.",
            next_step=f"{_STATUS} Call again when it is back.",
        )
    # A broker that only slept still has the request, and takes it when it wakes up.
    return Refusal(
        "log_unavailable",
        f"{away}, so it is not certain that {call_id!r} is recorded. Nothing runs while it is "
        "away; what is recorded may run when it is back.",
        next_step=f"{_STATUS} wait_command(command_id={call_id!r}) when the log is back says what "
        "became of it; do not send it again.",
        command_id=call_id,
    )


def _silent(error: Exception) -> Refusal:
    return Refusal(
        "driver_unavailable",
        f"The service in charge of this did not answer ({error}).",
        next_step=_STATUS,
    )


def _declined(declined: Declined) -> Refusal:
    if made := _MADE.get(declined.code):
        return made(declined.message)
    match declined.code:
        case "driver_unavailable":
            return _silent(declined)
        case "not_running" | "already_ended" | "already_started":
            return Refusal(
                "not_running",
                f"The command cannot be stopped this way: {declined.message}.",
                next_step="Call wait_command to see where it stands.",
            )
        case _:
            return Refusal("internal_error", declined.message, next_step=_STATUS)


def _bad_pattern(why: str) -> Refusal:
    return Refusal(
        "invalid_arguments",
        f"pattern: {why}.",
        valid=("RE2 syntax: https://github.com/google/re2/wiki/Syntax",),
        next_step="Nothing was waited for. Look-around and back-references do not exist here. "
        "Correct the pattern, or give text.",
    )


def _not_recorded(where: str) -> Refusal:
    return Refusal(
        "not_recorded",
        f"The recording does not hold what the terminal showed {where}: it is older than "
        "recordings are kept (clustering.outputMaxAge, clustering.outputMaxBytes), or was over "
        "the limit of one command.",
        next_step="Take a later at_seq; get_timeline shows which there are.",
    )


def _with_person(why: str) -> Refusal:
    return Refusal("control_with_person", why, next_step=_PERSON)


_MADE: Final = {
    "unknown_session": unknown_session,
    "control_with_person": _with_person,
    "bad_pattern": _bad_pattern,
    "not_recorded": _not_recorded,
}
"""What to say of an answer whose code needs more than its own words."""
