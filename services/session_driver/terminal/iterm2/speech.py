"""Our own marks, as the shell integration of a session of ours would print them."""

from urllib.parse import quote


class Speech:
    """Says in the stream what iTerm2 tells about prompts; the nonce is the session's."""

    def __init__(self, nonce: str) -> None:
        self._nonce = nonce

    def ready(self, shell: str) -> bytes:
        """The shell reports its prompts."""
        return self._osc(f"6973;ready={shell},5.0")  # iTerm2's own integration marks commands too

    def cwd(self, path: str) -> bytes:
        """The shell is in this directory."""
        return self._osc(f"6973;cwd={quote(path)}")

    def prompt(self, n: int, number: int, code: int | None) -> bytes:
        """A prompt begins."""
        ended = "" if code is None else f";d={code}"
        return self._osc("133;A", f"n={n};p={number}{ended}")

    def input(self, n: int, number: int) -> bytes:
        """A prompt is there, and a line can be typed."""
        return self._osc("133;B", f"n={n};p={number}")

    def command(self, n: int) -> bytes:
        """A command starts."""
        return self._osc("133;C", f"n={n}")

    def end(self, n: int, code: int | None) -> bytes:
        """A command ended."""
        return self._osc("133;D" if code is None else f"133;D;{code}", f"n={n}")

    def _osc(self, body: str, fields: str = "n=0") -> bytes:
        return f"\x1b]{body};eim={self._nonce};{fields}\a".encode()
