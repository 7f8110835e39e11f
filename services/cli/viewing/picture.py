"""Bytes that show a session, or a line about it, in a terminal of a certain size."""

import textwrap
from collections.abc import Sequence

from services.cli.viewing.tty import RESET
from services.contract.view import Picture


def scrolled_away(rows: int) -> bytes:
    """Move what the terminal showed before into its scrollback."""
    return b"\x1b[%d;1H" % rows + b"\r\n" * rows


def shown(picture: Picture, size: tuple[int, int]) -> bytes:
    """Show a whole screen; in a larger terminal its lines scroll where they would there."""
    region = b"\x1b[1;%dr" % picture.rows if picture.rows < size[1] else b""
    return RESET + b"\x1b[H\x1b[J" + region + b"\x1b[H" + picture.screen


def noted(lines: Sequence[str], size: tuple[int, int]) -> bytes:
    """Show lines at the bottom, over whatever is there; the cursor stays."""
    cols, rows = size
    wrapped = [part for each in lines for part in textwrap.wrap(each, max(8, cols - 1))]
    room = wrapped[-max(1, rows - 1) :]
    drawn = [
        b"\x1b[%d;1H\x1b[0;7m%s\x1b[K" % (rows - len(room) + 1 + at, part.encode())
        for at, part in enumerate(room)
    ]
    return b"\x1b7\x1b[?6l" + b"".join(drawn) + b"\x1b[0m\x1b8"
