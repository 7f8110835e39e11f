"""How the panes of a tab share its space."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from iterm2 import api_pb2 as api

from tests.iterm2_server.session import Session

CELL_WIDTH, CELL_HEIGHT = 7, 14
SMALLEST = (4, 2)


@dataclass
class Split:
    """Panes beside each other (a vertical divider) or below each other, each with its share."""

    vertical: bool = False
    parts: list["Session | Split"] = field(default_factory=list["Session | Split"])
    shares: list[float] = field(default_factory=list[float])

    def sessions(self) -> Iterator[Session]:
        for part in self.parts:
            if isinstance(part, Split):
                yield from part.sessions()
            else:
                yield part

    def add(self, part: "Session | Split", share: float = 1.0) -> None:
        self.parts.append(part)
        self.shares.append(share)

    def insert(self, old: Session, new: Session, *, vertical: bool, before: bool) -> None:
        """Halve the space of a pane for another one."""
        holder, at = self.find(old)
        if len(holder.parts) == 1:
            holder.vertical = vertical
        if holder.vertical == vertical:
            holder.shares[at] /= 2
            holder.parts.insert(at if before else at + 1, new)
            holder.shares.insert(at, holder.shares[at])
            return
        pair = [new, old] if before else [old, new]
        holder.parts[at] = Split(vertical, list(pair), [1.0, 1.0])

    def remove(self, gone: Session) -> None:
        """Take a pane away; its neighbour gets the space."""
        holder, at = self.find(gone)
        share = holder.shares.pop(at)
        del holder.parts[at]
        if holder.shares:
            holder.shares[max(at - 1, 0)] += share
        self._simplify()

    def find(self, session: Session) -> tuple["Split", int]:
        for at, part in enumerate(self.parts):
            if part is session:
                return self, at
            if isinstance(part, Split) and session in list(part.sessions()):
                return part.find(session)
        raise KeyError(session.id)

    def _simplify(self) -> None:
        for at, part in enumerate(self.parts):
            if isinstance(part, Split):
                part._simplify()
                if len(part.parts) == 1:
                    self.parts[at] = part.parts[0]
        if len(self.parts) == 1 and isinstance(only := self.parts[0], Split):
            self.vertical, self.parts, self.shares = only.vertical, only.parts, only.shares


def sizes(total: int, shares: list[float]) -> list[int]:
    """Share out some cells; between two panes one is a divider."""
    free, whole = total - (len(shares) - 1), sum(shares)
    edges = [round(free * sum(shares[:count]) / whole) for count in range(len(shares) + 1)]
    return [after - before for before, after in pairwise(edges)]


def arrange(
    split: Split, size: tuple[int, int], at: tuple[int, int] = (0, 0)
) -> Iterator[tuple[Session, tuple[int, int], tuple[int, int]]]:
    """Return each session with its place and size in cells."""
    x, y = at
    for part, length in zip(
        split.parts, sizes(size[0 if split.vertical else 1], split.shares), strict=True
    ):
        inner = (length, size[1]) if split.vertical else (size[0], length)
        if isinstance(part, Split):
            yield from arrange(part, inner, (x, y))
        else:
            yield part, (x, y), inner
        x, y = (x + length + 1, y) if split.vertical else (x, y + length + 1)


def summary(session: Session, at: tuple[int, int] = (0, 0)) -> api.SessionSummary:
    cols, rows = session.size
    return api.SessionSummary(
        unique_identifier=session.id,
        frame=frame(at, session.size),
        grid_size=api.Size(width=cols, height=rows),
        title=session.title,
    )


def frame(at: tuple[int, int], size: tuple[int, int]) -> api.Frame:
    return api.Frame(
        origin=api.Point(x=at[0] * CELL_WIDTH, y=at[1] * CELL_HEIGHT),
        size=api.Size(width=size[0] * CELL_WIDTH, height=size[1] * CELL_HEIGHT),
    )


def describe(split: Split, places: dict[str, tuple[int, int]]) -> api.SplitTreeNode:
    node = api.SplitTreeNode(vertical=split.vertical)
    for part in split.parts:
        if isinstance(part, Split):
            node.links.add(node=describe(part, places))
        else:
            node.links.add(session=summary(part, places[part.id]))
    return node
