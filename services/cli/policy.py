"""`eim policy`: why a past call was judged so, and what another policy would have said."""

import asyncio
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from services.cli import here
from services.cli.judgements import JUDGED, Change, Judgement, changes, judgements, moves
from services.cli.query import Query
from services.cli.refused import Refused
from services.cli.wording import typed
from services.policy.configured import layers, ruled
from services.policy.layer import Layer
from services.policy.rules import Rules
from services.runtime.station import Station
from services.words.visible import one_line

UNITS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
EVER: Final = datetime.min.replace(tzinfo=UTC)


def explain(call: str, /) -> int:
    """Say why a past call was judged as it was.

    Parameters
    ----------
    call
        Its id, as `eim events` shows it; the first letters are enough.
    """
    station = here.station()
    found = asyncio.run(_judged(station, Query(call=call, types=JUDGED), EVER))
    if not found:
        raise Refused(f"the log knows no judgement of a call that begins with {call!r}")
    print("\n\n".join("\n".join(_explained(each)) for each in found))
    return 0


def what_if(candidate: str, /, *, since: str = "30d") -> int:
    """Judge again what was asked for, as a candidate rule file would; nothing is carried out.

    Parameters
    ----------
    candidate
        A rule file, as docs/review.md describes it. It goes before the rules in force.
    since
        How far back: a number and m, h or d.
    """
    station = here.station()
    rules = _with(station, Path(candidate))
    start = datetime.now(UTC) - _span(since)
    judged = asyncio.run(_judged(station, Query(types=JUDGED), start))
    found = list(changes(judged, rules))
    for each in found:
        print("\n".join(_changed(each)))
    print("\n".join(_summed(len(judged), found)))
    return 0


def _with(station: Station, candidate: Path) -> Rules:
    try:
        content = candidate.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{candidate}: {error}") from error
    additions = station.additions
    with_it = [*layers(additions), Layer("admin", str(candidate), content)]
    return ruled(with_it, additions.workspaces)


def _span(text: str) -> timedelta:
    parts = re.fullmatch(r"(\d{1,5})([mhd])", text)
    if not parts:
        raise Refused(f"--since {text!r} is no span of time: give one like 45m, 12h or 30d")
    return int(parts[1]) * UNITS[parts[2]]


async def _judged(station: Station, query: Query, since: datetime) -> list[Judgement]:
    found: list[Judgement] = []
    async with here.log(station) as log:
        async for each in judgements(log, query, since):
            found.append(each)
            _progress(f"{len(found)} calls, event {each.sequence}")
    _progress("")
    return found


def _progress(text: str) -> None:
    """Show how far it is, where a person looks on."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def _explained(each: Judgement) -> Iterator[str]:
    decision, context = each.decision, each.context
    yield f"{one_line(each.call_id)}  {one_line(each.principal)}: {typed(each.action)}"
    yield f"  {decision.tier:<9} {one_line(decision.summary, 200)}"
    for effect in decision.effects:
        place = f" ({effect.place})" if effect.place else ""
        yield f"  effect    {one_line(effect.kind)} {one_line(effect.target, 200)}{place}".rstrip()
    for finding in decision.findings:
        yield f"  rule      {one_line(finding.text, 200)} [{one_line(finding.rule)}]"
    if decision.mode != "standard":
        yield f"  mode      {decision.mode}"
    if shown := (*context.taint.sources, *context.taint.secrets):
        yield f"  shown     {', '.join(one_line(each) for each in shown)}"
    if decision.approvers > 1:
        yield f"  persons   {decision.approvers}"
    yield f"  where     session {one_line(context.session_id)}, {one_line(context.cwd, 300)}"
    yield f"  shell     {one_line(context.shell)}, prompt {context.prompt}"
    yield f"  policy    {one_line(decision.policy_version, 64)}, {one_line(decision.engine, 200)}"
    yield f"  event     {each.sequence}"


def _changed(change: Change) -> Iterator[str]:
    before, after = change.before, change.after
    yield f"{before.decision.tier} -> {after.tier}  {one_line(before.call_id)[:9]}  " + typed(
        before.action
    )
    for finding in after.findings:
        yield f"  {one_line(finding.text, 200)} [{one_line(finding.rule)}]"


def _summed(judged: int, found: list[Change]) -> Iterator[str]:
    yield f"{len(found)} of {judged} decisions would change."
    for (before, after), count in sorted(moves(found).items()):
        yield f"  {count:>6}  {before} -> {after}"
