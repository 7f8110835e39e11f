"""Cuts a stream of bytes as a terminal does: anywhere."""

from collections.abc import Iterator
from itertools import cycle

from hypothesis import strategies as st

SIZES = st.lists(st.integers(1, 9), min_size=1)


def cut(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    """Yield pieces of these sizes, over and over."""
    at = 0
    for size in cycle(sizes):
        if at >= len(data):
            return
        yield data[at : at + size]
        at += size
