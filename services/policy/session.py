"""The review of opening, closing and adopting a session."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from events.actions import AdoptSession, CloseSession, OpenSession, RequestHandoff, SessionAction
from events.base import plain
from events.review import Context
from services.policy.characters import unreadable
from services.policy.concern import Concern
from services.policy.dialect import SHELLS
from services.policy.paths import is_own
from services.policy.rules import Rules
from services.policy.verdict import Verdict


def review_session(action: SessionAction, context: Context, rules: Rules) -> Verdict:
    """Review what is done to a session, and not in it."""
    match action:
        case OpenSession():
            return _review_open(action, context, rules)
        case CloseSession():
            return _review_close(action)
        case AdoptSession():
            return _review_adopt(action, context)
        case RequestHandoff():
            return _review_handoff(action)


def _review_open(action: OpenSession, context: Context, rules: Rules) -> Verdict:
    shell = action.shell or "the default shell"
    concerns = [*_not_text(action), *_own_directory(action, context, rules)]
    shown = "" if action.placement == "background" else f", shown in iTerm2 ({action.placement})"
    summary = f"opens a terminal with {shell}{shown}"
    return Verdict(summary, concerns or [*_unusual(action, rules)])


def _review_close(action: CloseSession) -> Verdict:
    how = {
        "if_idle": "closes the session if nothing runs in it",
        "interrupt": "interrupts what runs in the session and closes it",
        "force": "ends the session and whatever runs in it",
    }
    return Verdict(how[action.mode], [])


def _review_handoff(action: RequestHandoff) -> Verdict:
    """A person reads the reason in a terminal, so it must be a text; else nothing can go wrong."""
    return Verdict("asks a person to take the terminal", [*unreadable(plain(action.reason))])


def _review_adopt(action: AdoptSession, context: Context) -> Verdict:
    """A person agrees to each one: from then on it is recorded, and an assistant may type there."""
    program = context.foreground or "an unknown program"
    place = plain(context.cwd) or "an unknown directory"
    summary = f"takes over {action.backend} {action.target}, where {program} runs in {place}"
    text = (
        f"It is a person's own terminal: {action.backend} {action.target}, {program} in {place}. "
        "All that it prints from now on is recorded."
    )
    concerns = [*_plain_name(action)] or [Concern("review", "adoption", text)]
    return Verdict(summary, concerns)


def _plain_name(action: AdoptSession) -> Iterator[Concern]:
    for text in (action.name, action.target):
        yield from unreadable(text)
        if "\n" in text or "\t" in text:
            yield Concern("blocked", "control-characters", "A field holds a line end or a tab.")


def _not_text(action: OpenSession) -> Iterator[Concern]:
    values = (plain(value) for value in action.env.values())
    names = (action.name, action.shell, action.profile, action.split_from)
    for text in (*names, plain(action.cwd), *action.env, *values):
        yield from unreadable(text)
        if "\n" in text or "\t" in text:
            yield Concern("blocked", "control-characters", "A field holds a line end or a tab.")


def _own_directory(action: OpenSession, context: Context, rules: Rules) -> Iterator[Concern]:
    if is_own(plain(action.cwd), context, rules.own_paths):
        yield Concern("blocked", "own-place", f"{action.cwd} belongs to this very system.")


def _unusual(action: OpenSession, rules: Rules) -> Iterator[Concern]:
    if action.shell and action.shell not in SHELLS:
        yield Concern("review", "shell", f"{action.shell} is not one of {sorted(SHELLS)}.")
    for key in action.env:
        if not any(fnmatchcase(key, pattern) for pattern in rules.session_environment):
            yield Concern("review", "environment", f"{key} can change what programs do.")
