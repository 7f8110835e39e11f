"""Who is told what a terminal prints."""

from collections.abc import Callable

type Listener = Callable[[int, bytes], None]


class Listeners:
    """Tells every chunk with its offset; what is `private` only to those that may know it."""

    def __init__(self) -> None:
        self.private = False
        self._told: list[tuple[Listener, bool]] = []

    def add(self, listener: Listener, *, private: bool) -> Callable[[], None]:
        """Call back with every chunk of output and its offset; returns how to stop that."""
        entry = (listener, private)
        self._told.append(entry)
        return lambda: self._told.remove(entry)

    def tell(self, offset: int, data: bytes) -> None:
        """Tell a chunk; a listener may leave meanwhile."""
        for listener, private in tuple(self._told):
            if private or not self.private:
                listener(offset, data)
