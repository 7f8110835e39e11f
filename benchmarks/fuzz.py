"""Texts made at random: whatever is typed there is an answer, soon, and a shell reads it too.

python -m benchmarks.fuzz [--seconds 60] [--seed 1]
"""

import argparse
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

import msgspec

from events.actions import RunCommand, SendText
from events.review import Context
from services.policy.builtin import builtin_layer
from services.policy.knowledge.load import packaged
from services.policy.review import review
from services.policy.rules import Rules, load_rules
from services.policy.syntax.parse import parse
from services.policy.syntax.tree import NotUnderstood

SHELLS: Final = ("bash", "zsh", "sh", "fish")
ASKED: Final = {
    "bash": ("bash", "-n"),
    "zsh": ("zsh", "-f", "-n", "-o", "noequals", "-o", "nonomatch"),  # what it expands is a file's
}
SLOWEST: Final = 2.0
"""Seconds of the CPU for one decision: far more than any took, far less than a hang."""
PARTS: Final = (
    *"a1|&;'\"\\$()`<>*~/#!=-{}[]@%^?:+,. \n\t",
    *("ls", "cat", "echo", "rm -r", "find . -exec", "git", "sh -c", "xargs", "awk", "sed -n"),
    *("if ", "then ", "fi", "for x in ", "do ", "done", "case x in ", "esac", ";;", "while "),
    *("f() ", "<<E\n", "\nE\n", "$(", "${", "$((", "<(", ">(", "((", "[[ ", " ]]", "{a,b}"),
    *("{1..3}", "$'", "&>", ">&", "2>&1", "<<<", "<<-", "${x:-", "x=", "x=(", "export ", "~b"),
    *("jq", "é", "\u00a0", "\\\n"),
)


class Finding(msgspec.Struct, frozen=True):
    """A text with what is wrong about its answer."""

    shell: str
    text: str
    wrong: str


def main() -> None:
    """Make texts for a while, and print those that are answered wrongly."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    count, found = fuzzed(random.Random(given.seed), given.seconds)  # noqa: S311 - to be repeated
    for each in found:
        print(msgspec.json.encode(each).decode())
    print(f"{sum(count.values())} decisions, {dict(count)}, {len(found)} findings")
    sys.exit(bool(found))


def fuzzed(chance: random.Random, seconds: float) -> tuple[Counter[str], list[Finding]]:
    """Judge texts until the time is up; return how many got each tier, and what was wrong."""
    rules = load_rules([builtin_layer()])
    seeds = tuple(_examples())
    count: Counter[str] = Counter()
    found: list[Finding] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        text, shell = made(chance, seeds), chance.choice(SHELLS)
        found += judged(text, shell, rules, count)
        found += misread(text, shell)
    return count, found


def made(chance: random.Random, seeds: tuple[str, ...]) -> str:
    """Parts in a row, an example of the rules with parts put in, or a part many times over."""
    match chance.randrange(8):
        case 0:
            return chance.choice(PARTS) * chance.randrange(1, 3000)
        case 1 | 2 | 3:
            return "".join(chance.choices(PARTS, k=chance.randrange(1, 60)))
        case _:
            text = chance.choice(seeds)
            for _ in range(chance.randrange(1, 6)):
                at = chance.randrange(len(text) + 1)
                text = text[:at] + chance.choice(PARTS) + text[at + chance.randrange(3) :]
            return text


def judged(text: str, shell: str, rules: Rules, count: Counter[str]) -> Iterator[Finding]:
    place = Context(
        session_id="s1", shell=shell, integration="full", prompt="idle", cwd="/home/ann/src"
    )
    began = time.thread_time()
    try:
        decision = review(place, RunCommand(command=text), rules)
        review(place, SendText(text=text), rules)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
        yield Finding(shell, text, repr(error))
        return
    took = time.thread_time() - began
    count[decision.tier] += 1
    if took > SLOWEST:
        yield Finding(shell, text, f"took {took:.1f} s")


def misread(text: str, shell: str) -> Iterator[Finding]:
    """A text that is followed is one that the shell itself can read; nothing of it is run."""
    if shell not in ASKED or not shutil.which(shell) or "\0" in text:
        return
    with suppress(NotUnderstood):
        parse(text, shell)
        asked = subprocess.run(
            ASKED[shell], input=text.encode(), capture_output=True, timeout=10, check=False
        )
        if asked.returncode and asked.stderr:
            yield Finding(shell, text, asked.stderr.decode(errors="replace")[:200])


def _examples() -> Iterator[str]:
    for file in packaged():
        for _, command in file:
            yield from (text for texts in command.match.values() for text in texts)


if __name__ == "__main__":
    main()
