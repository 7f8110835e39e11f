"""What a terminal shows of the keys typed into it, before any program has read them."""

MOST = 65_536
"""Bytes among which the echo is looked for."""


class Echo:
    """Takes the echo of typed keys out of the output; what came before it belongs to nobody.

    Only for a terminal that echoes by itself: a line editor draws what it likes.
    """

    def __init__(self, typed: bytes) -> None:
        self._wanted = typed.replace(b"\r", b"\r\n")
        self._held = b""
        self.over = not typed

    def feed(self, data: bytes) -> bytes:
        """Return what of these bytes, and of those before them, was printed by the command."""
        if self.over:
            return data
        _, echo, after = (self._held + data).partition(self._wanted)
        if echo:
            self._held, self.over = b"", True
            return after
        self._held += data
        return self.rest() if len(self._held) > MOST else b""

    def rest(self) -> bytes:
        """Return what is still held because the echo never came."""
        held, self._held, self.over = self._held, b"", True
        return held
