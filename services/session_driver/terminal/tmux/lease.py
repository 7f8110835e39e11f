"""The keyboard of attached clients: their first key is told to us, and waits for our answer.

Keys of a client go through a table of keys. In the free one, any key says who pressed it, rings our
bell and waits to be let through; by then the session has the empty table, in which keys cost
nothing. The next key of a client waits in its queue, so none is lost or overtakes another.
"""

import secrets
import shlex
from collections.abc import Iterator
from typing import Final, NamedTuple, Self

from services.session_driver.terminal.host import Guest

HUB: Final = "eim"
"""The session that our connection is attached to; it has no terminal of anybody."""
FREE, HELD = "eim-free", "eim-held"
ASKS: Final = "@eim-asks"
WHO: Final = "#{client_pid} #{client_uid} 1 #{client_name}"
LONGEST_WAIT: Final = 1
"""Seconds after which a key is let through without us: a person must never be locked out."""
BELL: Final = f"rename-window -t ={HUB}: asked"
"""Of what a key can do, the quickest of which a connection in control mode is told."""
SETTINGS: Final = (
    ("set-option", "-g", "key-table", FREE),
    # Keys that come as fast as a paste would go past the table.
    ("set-option", "-g", "assume-paste-time", "0"),
    # A pane that is split, or in a mode, would no longer get what is typed for it.
    ("unbind-key", "-a", "-T", "prefix"),
    ("bind-key", "-T", "prefix", "d", "detach-client"),
)


class Ask(NamedTuple):
    """What somebody wants who is attached; a key waits at `channel` for it."""

    what: str
    channel: str
    guest: Guest

    @classmethod
    def told(cls, said: str) -> Self | None:
        """Read what a binding has noted; None where nobody asks."""
        if not said:
            return None
        what, channel, who = said.split(" ", 2)
        return cls(what, channel, guest_of(who))


def guest_of(who: str) -> Guest:
    """Read how a client is described."""
    pid, uid, writes, name = who.split(" ", 3)
    return Guest(name, int(pid), int(uid), writes == "1")


def bindings(client: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield what binds the keys; `client` starts a tmux client of this server.

    The channel is another each time: one that is woken twice would not be waited at again.
    """
    channel = f"eim-{secrets.token_hex(6)}"
    late = shlex.join(("wait-for", "-S", channel))
    alarm = f"sleep {LONGEST_WAIT}; exec {shlex.join(client)} {late} 2>/dev/null"
    wait = f"run-shell -b {shlex.quote(alarm.replace('#', '##'))} ; wait-for {channel}"

    def asking(what: str) -> str:
        return f"set-option -F {ASKS} '{what} {channel} {WHO}' ; {BELL}"

    typing = f"set-option key-table {HELD} ; {asking('type')} ; {wait}"
    yield ("bind-key", "-T", FREE, "Any", f"{typing} ; send-keys")
    yield ("bind-key", "-T", "prefix", "C-b", f"{typing} ; send-prefix")
    yield ("bind-key", "-T", "prefix", "t", f"set-option key-table {HELD} ; {asking('take')}")
    yield ("bind-key", "-T", "prefix", "r", asking("return"))
