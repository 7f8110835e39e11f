"""What the page of open approvals shows, and which key does what on it. Pure."""

from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec.structs import replace

from services.cli.question import shown
from services.cli.visible import one_line
from services.cli.wording import typed
from services.contract.approval import OpenApproval

DELAY: Final = 3.0
"""Seconds that something dangerous is on the screen before it can be approved."""
SETTLE: Final = 0.7
"""The same for the rest: where the list moves, a key must not approve the neighbour."""
KEYS: Final = "↑ ↓ choose   a approve   d deny   q leave"
NOTHING: Final = "Nothing waits for a decision."


class Page(msgspec.Struct, frozen=True):
    """The open questions, which of them is shown whole and since when, and what was said last.

    Times are seconds of a clock that only goes forward.
    """

    questions: tuple[OpenApproval, ...] = ()
    chosen: str = ""
    since: float = 0.0
    said: str = ""
    signs: bool = False

    @property
    def question(self) -> OpenApproval | None:
        """The question that is shown whole."""
        return next((each for each in self.questions if each.approval_id == self.chosen), None)


def refreshed(page: Page, questions: tuple[OpenApproval, ...], now: float) -> Page:
    """Show what is open now. Another question than before is on the screen only from now on."""
    ids = [each.approval_id for each in questions]
    if page.chosen in ids:
        return replace(page, questions=questions)
    return replace(page, questions=questions, chosen=ids[0] if ids else "", since=now)


def moved(page: Page, steps: int, now: float) -> Page:
    """Choose another question."""
    ids = [each.approval_id for each in page.questions]
    if len(ids) < 2:
        return page
    at = (ids.index(page.chosen) + steps) % len(ids)
    return replace(page, chosen=ids[at], since=now, said="")


def hindrance(page: Page, now: float) -> str:
    """Return why the chosen question cannot be approved now, empty where it can."""
    question = page.question
    if question is None:
        return NOTHING
    dangerous = question.decision.tier == "dangerous"
    left = page.since + (DELAY if dangerous else SETTLE) - now
    if left > 0:
        why = ", because it is dangerous" if dangerous else ""
        return f"Read it first: {left:.1f} s to go{why}."
    if question.assurance == "signed" and not page.signs:
        return (
            "This takes your signature. Leave with q, make a key with `eim enrol NAME`, come back."
        )
    return ""


def lines(page: Page, rows: int) -> list[tuple[str, str]]:
    """Return the page as (style, line), never more than there are rows."""
    title = f" {len(page.questions)} open " if page.questions else f" {NOTHING} "
    head = [("class:title", f"eim approvals {title}")]
    listed = [_listed(each, chosen=each.approval_id == page.chosen) for each in page.questions]
    whole = shown(page.question).splitlines() if page.question else []
    detail = [("", ""), *(("", line) for line in whole)]
    foot = [("class:said", page.said), ("class:keys", KEYS)]
    room = max(1, rows - len(head) - len(detail) - len(foot))
    return [*head, *_window(listed, room), *detail, *foot][:rows]


def _window(listed: list[tuple[str, str]], room: int) -> list[tuple[str, str]]:
    """Return the part of the list around the chosen one."""
    at = next((i for i, (style, _) in enumerate(listed) if style == "class:chosen"), 0)
    start = max(0, min(at - room // 2, len(listed) - room))
    return listed[start : start + room]


def _listed(question: OpenApproval, *, chosen: bool) -> tuple[str, str]:
    style = "class:chosen" if chosen else _STYLES.get(question.decision.tier, "")
    mark = "▸" if chosen else " "
    said = f"{question.decision.tier:<9} {one_line(question.principal, 20):<20}"
    return style, f"{mark} {said} {typed(question.action)}"


_STYLES: Final[Mapping[str, str]] = {"dangerous": "class:dangerous"}
