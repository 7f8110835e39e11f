"""What the page of open approvals shows, and which key does what on it. Pure."""

from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec.structs import replace
from prompt_toolkit.utils import get_cwidth

from services.cli.wording import typed
from services.contract.approval import OpenApproval
from services.words.question import shown
from services.words.visible import one_line

DELAY: Final = 3.0
"""Seconds that something dangerous is on the screen before it can be approved."""
SETTLE: Final = 0.7
"""The same for the rest: where the list moves, a key must not approve the neighbour."""
KEYS: Final = "↑ ↓ choose   a approve   d deny   q leave"
_FRAME: Final = 5
"""Rows that a question leaves: title, one line of the list, a blank one, two at the foot."""
NOTHING: Final = "Nothing waits for a decision."


class Size(msgspec.Struct, frozen=True):
    """A screen, in cells."""

    columns: int
    rows: int


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
    """Show what is open now.

    Another question than before, or one that says something else under the same id, is on the
    screen only from now on.
    """
    before, ids = page.question, [each.approval_id for each in questions]
    chosen = page.chosen if page.chosen in ids else (ids[0] if ids else "")
    after = replace(page, questions=questions, chosen=chosen)
    same = before and after.question and _asks(before) == _asks(after.question)
    return after if same else replace(after, since=now)


def _asks(question: OpenApproval) -> OpenApproval:
    """Return a question without what changes while it is open."""
    return replace(question, agreed=())


def moved(page: Page, steps: int, now: float) -> Page:
    """Choose another question."""
    ids = [each.approval_id for each in page.questions]
    if len(ids) < 2:
        return page
    at = (ids.index(page.chosen) + steps) % len(ids)
    return replace(page, chosen=ids[at], since=now, said="")


def hindrance(page: Page, size: Size, now: float) -> str:
    """Return why the chosen question cannot be approved now, empty where it can."""
    question = page.question
    if question is None:
        return NOTHING
    if _height(_detail(page), size.columns) + _FRAME > size.rows:
        return f"It does not fit on this screen. Read all of it with: eim approve {page.chosen}"
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


def lines(page: Page, size: Size) -> list[tuple[str, str]]:
    """Return the page as (style, line), never more than there are rows.

    Of a question that is longer than the screen the beginning is shown, and it cannot be approved.
    """
    title = f" {len(page.questions)} open " if page.questions else f" {NOTHING} "
    head = [("class:title", f"eim approvals {title}")]
    listed = [_listed(each, chosen=each.approval_id == page.chosen) for each in page.questions]
    foot = [("class:said", page.said), ("class:keys", KEYS)]
    detail = _fitting(_detail(page), Size(size.columns, size.rows - _FRAME))
    room = max(1, size.rows - len(head) - _height(detail, size.columns) - 1 - len(foot))
    body = [("", ""), *(("", line) for line in detail)]
    return [*head, *_window(listed, room), *body, *foot][-size.rows :]


def _detail(page: Page) -> list[str]:
    return shown(page.question).split("\n") if page.question else []


def _fitting(whole: list[str], size: Size) -> list[str]:
    """Return as many lines as fit, each as high as it is when it is wrapped."""
    taken: list[str] = []
    for line in whole:
        if _height([*taken, line], size.columns) > size.rows:
            return taken
        taken.append(line)
    return taken


def _height(text: list[str], columns: int) -> int:
    return sum(max(1, -(-get_cwidth(line) // columns)) for line in text)


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
