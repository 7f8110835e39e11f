"""`eim connect`: gives a client its own key and its configuration."""

import sys
from typing import Annotated

from cyclopts import Parameter

from services.cli import claude_code, claude_desktop, here
from services.cli.entry import Entry, block, entry, program
from services.cli.refused import Refused
from services.mcp_front.credentials import ClientKeys

DESKTOP, CODE = "claude-desktop", "claude-code"
ONE_QUESTION = (
    "In the client, set these tools to be always allowed: the review happens here, and two\n"
    "questions for one command teach people to click without reading."
)


def connect(
    name: str,
    /,
    *,
    print_: Annotated[bool, Parameter(name="--print")] = False,
    http: bool = False,
) -> int:
    """Give a client its own key.

    Parameters
    ----------
    name
        claude-desktop, claude-code, or a name of your choice: a-z, 0-9 and hyphens.
    print_
        Only print the configuration.
    http
        For a client that connects to http://…/mcp instead of starting `eim mcp`.
    """
    station = here.station()
    if name == DESKTOP and http:
        raise Refused("Claude Desktop starts its servers itself: leave --http out")
    _check_first(name, http=http, only_print=print_)
    keys = ClientKeys(station.home.create().root)
    replaced = name in keys.names()
    made = entry(station, keys.issue(name), http=http)
    if replaced:
        print(f"This replaces the earlier key of {name}.", file=sys.stderr)
    _configure(name, made, only_print=print_)
    return 0


def _check_first(name: str, *, http: bool, only_print: bool) -> None:
    """Fail before the earlier key is replaced. Raises Refused."""
    if not http:
        program()
    if name == DESKTOP and not only_print:
        claude_desktop.check(claude_desktop.path())


def _configure(name: str, made: Entry, *, only_print: bool) -> None:
    if name == DESKTOP and not only_print:
        _write_desktop(made)
    elif name == CODE and not only_print and claude_code.installed():
        claude_code.add(made)
        print("Added to Claude Code for all your projects. Sessions that run see it after /mcp.")
    else:
        _print(name, made)
        return
    print(ONE_QUESTION)


def _write_desktop(made: Entry) -> None:
    file = claude_desktop.path()
    backup = claude_desktop.put(file, made)
    print(f"Wrote {file}")
    if backup:
        print(f"What it was before is in {backup}")
    print("Quit Claude Desktop and start it again.")


def _print(name: str, made: Entry) -> None:
    if name == CODE:
        print("Run this:\n")
        print(f"  {claude_code.spelled(claude_code.adding(made))}\n")
        print("or put this into .mcp.json, which belongs to one project (keep the key private):\n")
    elif name == DESKTOP:
        print(f"Put this into {claude_desktop.path()}:\n")
    print(block(made).decode())
