"""`eim check`: how a command would be judged, and why; nothing is run."""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec
from msgspec.structs import replace

from events.actions import RunCommand, SendText
from events.review import Context, Decision
from services.cli import here
from services.policy.configured import configured_rules
from services.policy.programs.started import started
from services.policy.review import review
from services.policy.rules import Rules
from services.words.visible import one_line, visible

type Shell = Literal["bash", "zsh", "fish", "sh"]


class Asked(msgspec.Struct, frozen=True):
    """A line of the input of `--batch`."""

    id: str | int
    command: str


def check(
    command: str = "", /, *, batch: bool = False, shell: Shell = "bash", program: str = ""
) -> int:
    """Judge a command as if it were typed at an idle prompt in the current directory.

    Parameters
    ----------
    command
        The command as one argument.
    batch
        Read lines of JSON with "id" and "command" instead; write one with the decision for each.
    shell
        The shell whose grammar counts.
    program
        Judge it as a line for this program instead, as if it was started as given: "psql shop".
    """
    place = _in(program, _place(shell)) if program else _place(shell)
    rules = _rules()
    if batch:
        for line in sys.stdin:
            print(_answer(line, place, rules))
    else:
        print("\n".join(_shown(review(place, _action(command, place), rules))))
    return 0


def _rules() -> Rules:
    return configured_rules(here.configured().additions)


def _place(shell: Shell) -> Context:
    return Context(
        session_id="check",
        shell=shell,
        integration="full",
        prompt="idle",
        cwd=str(Path.cwd()),
        bracketed_paste=True,
    )


def _in(program: str, place: Context) -> Context:
    argv = program.split()
    front = started(argv)
    return replace(
        place,
        prompt="running",
        foreground=Path(argv[0]).name,
        host=front.host,
        reads_code=front.reads_code,
    )


def _action(text: str, place: Context) -> RunCommand | SendText:
    if place.prompt == "idle":
        return RunCommand(command=text)
    return SendText(text=text, submit=True)


def _shown(decision: Decision) -> Iterator[str]:
    yield f"{decision.tier}: {visible(decision.summary)}"
    for finding in decision.findings:
        yield f"  {one_line(finding.text, 200)} [{one_line(finding.rule)}]"


def _answer(line: str, place: Context, rules: Rules) -> str:
    asked = msgspec.json.decode(line, type=Asked)
    began = time.thread_time_ns()
    decision = review(place, _action(asked.command, place), rules)
    micros = (time.thread_time_ns() - began) // 1000
    answer = {
        "id": asked.id,
        "tier": decision.tier,
        "effects": msgspec.to_builtins(decision.effects),
        "rules": [finding.rule for finding in decision.findings],
        "us": micros,
    }
    return json.dumps(answer)
