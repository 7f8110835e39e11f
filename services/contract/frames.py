"""Frames on a unix socket: a u32 with the size of what follows, a u8 kind, and a body.

Numbers are big-endian. What is not so, or larger than LARGEST, is malformed.
"""

from collections.abc import Callable, Iterator
from struct import Struct
from typing import Final, NamedTuple

LARGEST: Final = 2 * 1024 * 1024
"""Bytes of a frame, its size left out."""
_HEAD: Final = Struct("!IB")


class Malformed(ValueError):
    """What arrived is no frame of ours."""


class Form[F: tuple[object, ...]](NamedTuple):
    """How one type of frame is written: its numbers, and `rest` where bytes follow them."""

    kind: int
    make: Callable[..., F]
    fixed: Struct
    rest: bool = False


class Vocabulary[F: tuple[object, ...]]:
    """Every frame that two processes exchange."""

    def __init__(self, *forms: Form[F]) -> None:
        self._by_kind = {form.kind: form for form in forms}
        self._by_type: dict[object, Form[F]] = {form.make: form for form in forms}

    def encode(self, frame: F) -> bytes:
        """Return the bytes of a frame. Raises ValueError where it is larger than LARGEST."""
        form = self._by_type[type(frame)]
        values = list(frame)
        rest = [bytes(values.pop())] if form.rest else []  # pyright: ignore[reportArgumentType] # the last value of such a frame is bytes
        body = b"".join([form.fixed.pack(*values), *rest])
        if len(body) >= LARGEST:
            raise ValueError(f"{type(frame).__name__}: {len(body)} bytes do not fit into a frame")
        return _HEAD.pack(len(body) + 1, form.kind) + body

    def decode(self, kind: int, body: bytes) -> F:
        """Return the frame of a kind. Raises Malformed."""
        form = self._by_kind.get(kind)
        if form is None:
            raise Malformed(f"no frame is of kind {kind}")
        size = form.fixed.size
        if len(body) < size or (len(body) > size and not form.rest):
            raise Malformed(f"{len(body)} bytes are no frame of kind {kind}")
        return form.make(*form.fixed.unpack_from(body), *([body[size:]] if form.rest else []))


class Cutter[F: tuple[object, ...]]:
    """Cuts what arrives into frames."""

    def __init__(self, vocabulary: Vocabulary[F]) -> None:
        self._vocabulary = vocabulary
        self._arrived = bytearray()

    def cut(self, data: bytes) -> Iterator[F]:
        """Add bytes and return the frames that are complete. Raises Malformed."""
        self._arrived += data
        while len(self._arrived) >= _HEAD.size:
            size, kind = _HEAD.unpack_from(self._arrived)
            if not 1 <= size <= LARGEST:
                raise Malformed(f"a frame of {size} bytes")
            end = _HEAD.size - 1 + size
            if len(self._arrived) < end:
                return
            body = bytes(self._arrived[_HEAD.size : end])
            del self._arrived[:end]
            yield self._vocabulary.decode(kind, body)
