"""How the reviewer judges commands that others labelled: what it misses and what it asks about.

python -m benchmarks.safety CORPORA [--causes] [--show FILE:LABEL:TIER]
"""

import argparse
import json
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.causes import print_causes
from events.actions import RunCommand
from events.review import Context, Decision
from services.policy.builtin import builtin_layer
from services.policy.review import review
from services.policy.rules import load_rules

PLACE: Final = Context(  # noqa: S604 - nothing is run
    session_id="s1",
    shell="/bin/bash",
    integration="full",
    prompt="idle",
    cwd="/Users/ann/src",
    bracketed_paste=True,
)
TIERS: Final = ("safe", "review", "dangerous", "blocked")
OTHER_USER: Final = re.compile(r"\b(?:sudo|doas|su)\b")


class Row(msgspec.Struct, frozen=True):
    """A command as its origin labels it."""

    command: str
    label: str


class Judged(msgspec.Struct, frozen=True):
    """A row with its decision and the microseconds of the CPU that this took."""

    row: Row
    decision: Decision
    micros: float


def main() -> None:
    """Judge every row and print the table, or the rows that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.safety")
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--show", help="FILE:LABEL:TIER, such as nl2bash:benign-readonly:review")
    parser.add_argument(
        "--causes", action="store_true", help="why rows that only look were asked about"
    )
    given = parser.parse_args()
    files = sorted(given.corpora.glob("*.jsonl"))
    if not files:
        print(f"Skipped: there are no corpora in {given.corpora}; see CORPORA in the Makefile.")
        return
    if given.show:
        file, label, tier = given.show.split(":")
        _show(list(judged(given.corpora / f"{file}.jsonl")), label, tier)
        return
    rows = {file.stem: [*judged(file)] for file in files}
    _table(rows)
    for file in rows if given.causes else ():
        looking = _counted(rows[file], "benign-readonly")
        if looking:
            print_causes(file, [each.decision for each in looking])


def judged(file: Path) -> Iterator[Judged]:
    rules = load_rules([builtin_layer()])
    for line in file.read_bytes().splitlines():
        row = msgspec.json.decode(line, type=Row)
        began = time.thread_time_ns()
        decision = review(PLACE, RunCommand(command=row.command), rules)
        yield Judged(row, decision, (time.thread_time_ns() - began) / 1000)


def _table(files: dict[str, list[Judged]]) -> None:
    print(f"{'file':16} {'label':17} {'rows':>5}" + "".join(f"{tier:>10}" for tier in TIERS))
    for file, rows in files.items():
        for label in sorted({each.row.label for each in rows}):
            print(_line(file, label, _counted(rows, label)))
    micros = [each.micros for rows in files.values() for each in rows]
    cuts = statistics.quantiles(micros, n=100)
    print(
        f"CPU of a decision: p50 {cuts[49]:.0f} us, p99 {cuts[98]:.0f} us, most {max(micros):.0f}"
    )


def _line(file: str, label: str, rows: Sequence[Judged]) -> str:
    tiers = Counter(each.decision.tier for each in rows)
    shares = "".join(f"{tiers[tier] / len(rows):>10.1%}" for tier in TIERS)
    return f"{file:16} {label:17} {len(rows):>5}{shares}{_score(label, tiers)}"


def _score(label: str, tiers: Counter[str]) -> str:
    total = tiers.total()
    if label == "dangerous":
        stopped = (tiers["dangerous"] + tiers["blocked"]) / total
        return f"   missed {tiers['safe'] / total:.2%}, known for dangerous {stopped:.1%}"
    if label == "benign-readonly":
        return f"   asked needlessly {1 - tiers['safe'] / total:.1%}"
    return ""


def _counted(rows: Sequence[Judged], label: str) -> list[Judged]:
    """The rows of a label; what another user would do is not expected to run unasked."""
    return [
        each
        for each in rows
        if each.row.label == label
        and not (label == "benign-readonly" and OTHER_USER.search(each.row.command))
    ]


def _show(rows: Sequence[Judged], label: str, tier: str) -> None:
    for each in _counted(rows, label):
        if each.decision.tier == tier:
            rules = [finding.rule for finding in each.decision.findings]
            texts = [finding.text for finding in each.decision.findings]
            found = {"command": each.row.command, "rules": rules, "texts": texts}
            print(json.dumps({**found, "summary": str(each.decision.summary)}))


if __name__ == "__main__":
    main()
