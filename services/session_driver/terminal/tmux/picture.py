"""The screen of a pane as tmux has it, as output that shows the same on any other terminal."""

from typing import Final

from services.session_driver.terminal.tmux.words import Server

CURSOR: Final = "#{cursor_x} #{cursor_y} #{alternate_on}"
_WHOLE_SCREEN: Final = "\x18\x1b[?6l\x1b[r\x1b[0m"
"""A sequence under way is given up; printing neither scrolls in a region nor is coloured."""


async def piped(server: Server, pane: str, command: str) -> bytes:
    """Pipe a pane into a command and return what it shows before the first byte that goes there.

    tmux reads nothing of the terminal in between. Raises TmuxRefused, TmuxGone.
    """
    at = ("-t", pane)
    lines = await server.ask(
        *("display-message", "-p", *at, CURSOR, ";"),
        *("capture-pane", "-e", "-p", *at, ";"),
        *("pipe-pane", "-O", *at, command),
    )
    return _picture(lines[0], lines[1:])


def _picture(cursor: str, lines: list[str]) -> bytes:
    column, row, alternate = map(int, cursor.split(" "))
    begin = f"{_WHOLE_SCREEN}\x1b[?1049{'h' if alternate else 'l'}\x1b[2J\x1b[H"
    end = f"\x1b[0m\x1b[{row + 1};{column + 1}H"
    return f"{begin}{'\r\n'.join(lines)}{end}".encode(errors="surrogateescape")
