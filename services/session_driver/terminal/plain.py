"""Turns what a program printed into the text that a person would have read."""

import codecs
import re
from collections.abc import Iterator

from services.session_driver.terminal.strings import Strings

LONGEST_LINE = 262_144
SLICE = 65_536

_SEQUENCE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]?|[ -/]*[0-~])?")
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-?]*)?[ -/]*\Z")
_STEP = re.compile(
    r"\r|\x08|\x1b\[([012]?)K|\x1b(?:\[[0-?]*[ -/]*[@-~]?|[ -/]*[0-~])?|[^\r\x08\x1b]+"
)
_RETURNS = re.compile(rb"\r+\n")
_DROPPED = bytes(set(range(32)) - set(b"\t\n\r\b\x1b")) + b"\x7f"


def plain_text(data: bytes) -> str:
    """Return the text of a whole output."""
    plain = Plain()
    return plain.feed(data) + plain.finish()


class Plain:
    """Incremental: the same bytes give the same text, whatever pieces they come in.

    Escape sequences and control characters go; a carriage return, a backspace and "erase line" do
    what they do on a screen, within one line. A line that outgrows the limit without an end is
    given out in parts, and a progress bar that long keeps only what was written last.
    """

    def __init__(self, longest_line: int = LONGEST_LINE) -> None:
        self._strings = Strings()
        self._return: bytes = b""  # a CR that may belong to a CR LF
        self._line: bytes = b""
        self._longest = longest_line

    def feed(self, data: bytes) -> str:
        """Return the text of the lines that these bytes complete."""
        if len(data) <= SLICE:
            return self._feed(data)
        parts = range(0, len(data), SLICE)
        return "".join(self._feed(data[at : at + SLICE]) for at in parts)

    @property
    def unfinished(self) -> str:
        """The text so far of the line that has no end yet, such as a question."""
        return _overwritten(self._line + self._return)

    def finish(self) -> str:
        """Return the text of the last, unfinished line."""
        line, self._line, self._return = self._line + self._return, b"", b""
        return _overwritten(line)

    def _feed(self, data: bytes) -> str:
        data = self._return + self._strings.feed(data)
        cut = len(data.rstrip(b"\r"))
        data, self._return = data[:cut], data[cut : cut + 1]
        data = data.replace(b"\r\n", b"\n")
        if b"\r\n" in data:
            data = _RETURNS.sub(b"\n", data)
        end = data.rfind(b"\n") + 1
        done, self._line = (
            (self._line + data[:end], data[end:]) if end else (b"", self._line + data)
        )
        text = self._lines(done)
        if len(self._line) >= self._longest:
            part, self._line = self._shorten(self._line)
            text += part
        return text

    def _lines(self, data: bytes) -> str:
        if b"\r" not in data and b"\b" not in data and len(data) < self._longest:
            return _stripped(data)
        return "".join(self._line_by_line(data))

    def _line_by_line(self, data: bytes) -> Iterator[str]:
        for line in data.split(b"\n")[:-1]:
            text, rest = self._shorten(line)
            yield text + _overwritten(rest) + "\n"

    def _shorten(self, line: bytes) -> tuple[str, bytes]:
        """Give out parts of a line for as long as it is too long."""
        text = ""
        while len(line) >= self._longest:
            part, rest = _divided(line[: self._longest])
            text, line = text + part, rest + line[self._longest :]
        return text, line


def _divided(line: bytes) -> tuple[str, bytes]:
    """Divide an overlong line into text that nothing can change any more, and the rest."""
    written_over = line.rfind(b"\r")
    if written_over > 0:
        return "", line[written_over:]
    unfinished = line.rfind(b"\x1b")
    cut = len(line)
    if unfinished > 0 and _UNFINISHED.match(line, unfinished):
        cut = unfinished
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    decoder.decode(line[:cut])
    cut -= len(decoder.getstate()[0])
    return _overwritten(line[:cut]), line[cut:]


def _stripped(data: bytes) -> str:
    if b"\x1b" in data:
        data = _SEQUENCE.sub(b"", data)
    return data.translate(None, _DROPPED).decode(errors="replace")


def _overwritten(line: bytes) -> str:
    """Return what is left of a line after it was written over."""
    if b"\r" not in line and b"\b" not in line:
        return _stripped(line)
    shown, column = "", 0
    for step in _STEP.finditer(line.translate(None, _DROPPED).decode(errors="replace")):
        shown, column = _applied(step, shown, column)
    return shown


def _applied(step: re.Match[str], shown: str, column: int) -> tuple[str, int]:
    text = step[0]
    if text == "\r":
        return shown, 0
    if text == "\b":
        return shown, max(0, column - 1)
    if step[1] is not None:
        return _erased(shown, column, step[1]), column
    if text.startswith("\x1b"):
        return shown, column
    end = column + len(text)
    return shown[:column].ljust(column) + text + shown[end:], end


def _erased(shown: str, column: int, how: str) -> str:
    kept_before = "" if how == "2" else shown[:column]
    kept_after = shown[column:] if how == "1" else ""
    return (kept_before.rjust(column) if how != "1" else " " * column) + kept_after
