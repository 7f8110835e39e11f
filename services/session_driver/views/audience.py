"""The views of one terminal, seen together."""

from typing import Protocol


class Viewer(Protocol):
    """A person's terminal that shows the session."""

    @property
    def writes(self) -> bool: ...
    @property
    def size(self) -> tuple[int, int]: ...
    def notify(self, text: str) -> None: ...
    def redraw(self) -> None: ...
    def dismiss(self, reason: str) -> None: ...


class Audience:
    """Everybody who looks at one terminal."""

    def __init__(self) -> None:
        self.views: list[Viewer] = []

    @property
    def writing(self) -> bool:
        """Whether somebody looks who may type."""
        return any(view.writes for view in self.views)

    @property
    def size(self) -> tuple[int, int] | None:
        """What fits into every view that may type; None where none has a size."""
        sizes = [view.size for view in self.views if view.writes and all(view.size)]
        return (min(c for c, _ in sizes), min(r for _, r in sizes)) if sizes else None

    def notify(self, text: str, *, writing: bool = False) -> None:
        """Tell everybody a line, or only those who may type."""
        for view in self.views:
            if view.writes or not writing:
                view.notify(text)

    def redraw(self) -> None:
        """Show everybody the screen anew."""
        for view in self.views:
            view.redraw()

    def dismiss(self, reason: str) -> None:
        """Send everybody away, for good."""
        for view in tuple(self.views):
            view.dismiss(reason)
