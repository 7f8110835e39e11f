"""The binary form of SSH: numbers, and strings with their length before them (RFC 4251, 5)."""

from struct import pack, unpack


class Malformed(ValueError):
    """These bytes are no key and no signature."""


class Reader:
    """Takes a text apart from its beginning. A read raises Malformed where too little is left."""

    def __init__(self, data: bytes) -> None:
        self._rest = data

    def take(self, size: int) -> bytes:
        """Return the next bytes."""
        if size > len(self._rest):
            raise Malformed("it ends too early")
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    def number(self) -> int:
        """Return an unsigned number of 32 bits."""
        return unpack(">I", self.take(4))[0]

    def string(self) -> bytes:
        """Return the next string."""
        return self.take(self.number())

    def end(self) -> None:
        """Raise Malformed where anything is left."""
        if self._rest:
            raise Malformed("something follows its end")


def string(data: bytes) -> bytes:
    """Return a string as it is written."""
    return pack(">I", len(data)) + data
