"""What only a person at a terminal can give: a passphrase."""

import os
from getpass import getpass

from services.cli.refused import Refused

TTY = "/dev/tty"


def ask_passphrase(prompt: str) -> str:
    """Ask on the terminal itself, never on what standard input was sent to. Raises Refused."""
    try:
        os.close(os.open(TTY, os.O_RDWR | os.O_NOCTTY))
    except OSError as error:
        raise Refused("this asks for a passphrase: run it in a terminal of your own") from error
    return getpass(f"{prompt}: ")


def new_passphrase(shortest: int) -> str:
    """Ask for a passphrase twice. Raises Refused."""
    chosen = ask_passphrase(f"Passphrase for the new key, {shortest} characters or more")
    if len(chosen) < shortest:
        raise Refused(f"a passphrase has at least {shortest} characters: nothing was made")
    if ask_passphrase("The same again") != chosen:
        raise Refused("the two differ: nothing was made")
    return chosen
