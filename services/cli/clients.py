"""`eim clients`: who has a key."""

from services.cli import here
from services.mcp_front.credentials import ClientKeys


def clients() -> int:
    """List the clients that have a key."""
    keys = ClientKeys(here.station().home.root)
    for name in keys.names():
        print(f"{name:<33} {', '.join(keys.scopes_of(name))}")
    if not keys.names():
        print("No client has a key. Give one with: eim connect NAME")
    return 0
