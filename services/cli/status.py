"""`eim status`: what runs and whether it answers."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from services.cli import here
from services.cli.background import log_file
from services.cli.health import Health, look
from services.contract.approval import InForce
from services.contract.terminal import Controlled
from services.runtime.config import Home
from services.words.visible import json_line, one_line

FAILED: Final = 2


def status(*, json: bool = False) -> int:
    """Show what runs.

    Parameters
    ----------
    json
        As one JSON object, for programs.
    """
    health = asyncio.run(look(here.station()))
    if json:
        print(json_line(msgspec.json.encode(health)))
    else:
        print("\n".join([*_told(health), *_where_to_look(health)]))
    return 0 if health.well else FAILED


def _told(health: Health) -> Iterator[str]:
    yield f"enhanced-iterm-mcp {health.version}, data in {health.home}"
    yield _row("stack", _stack(health))
    if health.health_url:
        yield _row("health", health.health_url)
    for part, why in health.not_ready.items():
        yield _row("", f"NOT READY: {one_line(part)} {one_line(why)}")
    if health.log is None:
        yield _row("broker", f"away: {health.problem}")
        return
    yield _row("broker", f"{health.broker}, nats-server {health.broker_version}")
    for name, answers in health.services.items():
        yield _row(name, "answers" if answers else "DOES NOT ANSWER")
    yield _row("MCP", health.url or "no stack of this home")
    fill = f"{health.log.share:.1%} of {health.log.max_bytes // 2**20} MiB"
    yield _row("log", f"{health.log.events} events, {fill}")
    if health.policy:
        yield _row("mode", _mode(health.policy))
    waiting = "; look: eim approvals" if health.approvals else ""
    yield _row("approvals", f"{health.approvals} open{waiting}")
    yield _row("sessions", f"{len(health.sessions)} open")
    yield from _sessions(health)


def _mode(policy: InForce) -> str:
    modes = " and ".join(policy.modes) or "standard"
    stricter = f", stricter in {len(policy.workspaces)} folders" if policy.workspaces else ""
    return f"{modes}{stricter}; policy {policy.version[:12]}"


def _sessions(health: Health) -> Iterator[str]:
    for session in health.sessions:
        where = f"{one_line(session.shell)} in {one_line(session.cwd)}"
        yield _row("", f"{session.session_id} {where}, of {one_line(session.owner)}")
        if control := health.control.get(session.session_id):
            yield from _controlled(control)


def _controlled(session: Controlled) -> Iterator[str]:
    if session.by:
        back = f"return it: eim return {session.session_id}"
        yield _row("", f"  {one_line(session.by)} has control; {back}")
    elif session.asked_by:
        yield _row("", f"  {one_line(session.asked_by)} asks you: {one_line(session.asked_for)}")
        step = f"eim attach {session.session_id}; or decline: eim return {session.session_id}"
        yield _row("", f"  take it: {step}")


def _where_to_look(health: Health) -> Iterator[str]:
    if health.well:
        return
    yield _row("why", "eim doctor names what is missing or wrong")
    log = log_file(Home(Path(health.home)))
    if log.exists():
        yield _row("", f"the stack in the background logs to {log}")


def _stack(health: Health) -> str:
    if not health.pid:
        return "not running; start it: eim up"
    if health.stack_version != health.version:
        return f"process {health.pid} still runs {health.stack_version}: eim down, then eim up"
    return f"process {health.pid}"


def _row(name: str, text: str) -> str:
    return f"  {name:<16} {text}"
