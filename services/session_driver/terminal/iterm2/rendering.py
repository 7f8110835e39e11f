"""Writes the rows of a screen down as a stream of bytes that shows them again. Pure.

A row is written once it is final; the row of the cursor may be written in parts. Where a program
goes back to rows that were written, the stream goes back too.
"""

from collections.abc import Sequence

from events.base import Value
from services.session_driver.terminal.iterm2.cells import Row

ALTERNATE, PRIMARY = b"\x1b[?1049h", b"\x1b[?1049l"


class Position(Value):
    """How far a session is written down, and what is known of its prompt at that point.

    `line` is the number of the next row, `part` what of it is written, `wrapped` says that the
    row before goes on in it. `n` counts commands and `prompts` prompts; `prompt` is the newest
    one, `command` the one whose command runs.
    """

    line: int = 0
    part: str = ""
    wrapped: bool = False
    columns: int = 0
    alternate: bool = False
    told: bool = False
    n: int = 0
    prompts: int = 0
    prompt: str = ""
    command: str = ""
    code: int | None = None
    cwd: str = ""


class Rendering:
    """The stream so far is known by its position alone."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.part = ""
        self.wrapped = False

    def finals(self, rows: Sequence[Row]) -> bytes:
        """Write rows that are final, from `line` on."""
        return b"".join(map(self._final, rows))

    def _final(self, row: Row) -> bytes:
        text = self._rest(row.styled)
        self.line += 1
        self.part, self.wrapped = "", row.soft
        return (text if row.soft else text + "\r\n").encode()

    def partial(self, text: str) -> bytes:
        """Write what is there of the row of the cursor."""
        if text == self.part:
            return b""
        data = self._rest(text).encode()
        self.part = text
        return data

    def _rest(self, text: str) -> str:
        if text.startswith(self.part):
            return text[len(self.part) :]
        return f"\r\x1b[K{text}"

    def back_to(self, line: int) -> bytes:
        """Go back to a row that was written; what is below it is written anew."""
        rows = self.line - line
        self.line, self.part, self.wrapped = line, "", False
        return f"\x1b[{rows}A\r\x1b[J".encode() if rows > 0 else b""

    def missed(self, line: int) -> bytes:
        """Go on further down: what is in between has left the scrollback, and nobody has it."""
        count = line - self.line
        self.line, self.part, self.wrapped = line, "", False
        told = f"[{count} lines left iTerm2's scrollback before they could be read]"
        return f"\r\n\x1b[2m{told}\x1b[0m\r\n".encode()
