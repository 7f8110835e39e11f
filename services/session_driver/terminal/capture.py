"""What one command printed: exact counts, a keyed digest, and its two ends in bounded memory."""

import hashlib
import hmac
from dataclasses import dataclass

from services.session_driver.terminal.concealed import concealed
from services.session_driver.terminal.plain import plain_text


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The two ends of an output as plain text, and how many lines between them are left out."""

    head: str
    tail: str
    omitted_lines: int
    concealed: tuple[str, ...] = ()


class Capture:
    """Accumulates the bytes between a command's start and its end."""

    def __init__(self, key: bytes, head_limit: int = 65536, tail_limit: int = 65536) -> None:
        self._hmac = hmac.new(key, digestmod=hashlib.sha256)
        self._head = bytearray()
        self._tail = bytearray()
        self._head_limit = head_limit
        self._tail_limit = tail_limit
        self._newlines = 0
        self._open_line = False
        self._whole = True
        self.total_bytes = 0

    def feed(self, data: bytes) -> None:
        if not data:
            return
        self.total_bytes += len(data)
        self._newlines += data.count(b"\n")
        self._open_line = not data.endswith(b"\n")
        self._hmac.update(data)
        room = self._head_limit - len(self._head)
        if room > 0:
            self._head += data[:room]
            data = data[room:]
        self._tail += data[-self._tail_limit :]
        if len(self._tail) > 2 * self._tail_limit:  # cut seldom: a cut moves the whole tail
            del self._tail[: -self._tail_limit]

    def miss(self, count: int) -> None:
        """Count bytes that are not known: there is no digest of the whole any more."""
        self.total_bytes += count
        self._whole = self._whole and not count

    @property
    def total_lines(self) -> int:
        return self._newlines + self._open_line

    @property
    def digest(self) -> str:
        return self._hmac.hexdigest() if self._whole else ""

    def excerpt(self, max_chars: int) -> Excerpt:
        """Return whole lines from both ends, together no longer than `max_chars`."""
        hidden = concealed(bytes(self._head + self._tail))
        if self.total_bytes == len(self._head) + len(self._tail):
            text = plain_text(bytes(self._head + self._tail))
            if len(text) <= max_chars:
                return Excerpt(text, "", 0, hidden)
            first, last = text, text
        else:
            first = plain_text(bytes(self._head))
            last = plain_text(bytes(self._tail[self._tail.find(b"\n") + 1 :]))
        head = _head_lines(first, max_chars // 2)
        tail = _tail_lines(last, max_chars - len(head))
        shown = head.count("\n") + tail.count("\n") + (tail != "" and not tail.endswith("\n"))
        return Excerpt(head, tail, max(0, self.total_lines - shown), hidden)


def _head_lines(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text[: text.rfind("\n") + 1]
    return text[: text.rfind("\n", 0, limit) + 1] or text[:limit]


def _tail_lines(text: str, limit: int) -> str:
    if len(text) <= limit or limit <= 0:
        return text if limit > 0 else ""
    start = text.find("\n", len(text) - limit - 1) + 1
    return text[start:] if 0 < start < len(text) else text[-limit:]
