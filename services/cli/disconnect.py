"""`eim disconnect`: takes a client's key back."""

from services.cli import claude_code, claude_desktop, here
from services.cli.connect import CODE, DESKTOP
from services.cli.refused import Refused
from services.mcp_front.credentials import ClientKeys


def disconnect(name: str, /) -> int:
    """Take a client's key back.

    Parameters
    ----------
    name
        The name that was given to `eim connect`.
    """
    keys = ClientKeys(here.station().home.root)
    if not keys.revoke(name):
        known = ", ".join(keys.names()) or "none"
        raise Refused(f"{name} has no key; clients with a key: {known}")
    print(f"The key of {name} is no longer valid.")
    if name == DESKTOP and claude_desktop.take_out(claude_desktop.path()):
        print(f"Its entry was taken out of {claude_desktop.path()}.")
    elif name == CODE and claude_code.installed() and claude_code.remove():
        print("Its entry was taken out of Claude Code.")
    else:
        print("Its entry in the client's configuration is of no use any more; remove it there.")
    return 0
