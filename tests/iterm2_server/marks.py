"""Marks: where a prompt, its command and the command's output are in a session."""

from dataclasses import dataclass, field
from uuid import uuid4

from iterm2 import api_pb2 as api

type Point = tuple[int, int]


@dataclass
class Mark:
    """One prompt; `output` is where its command began to print."""

    at: Point
    end: Point
    command_start: Point | None = None
    command_end: Point | None = None
    output: Point | None = None
    command: str | None = None
    code: int | None = None
    aid: str = ""
    directory: str = ""
    excluded: list[tuple[Point, Point]] = field(default_factory=list[tuple[Point, Point]])
    id: str = field(default_factory=lambda: str(uuid4()).upper())

    @property
    def state(self) -> "api.GetPromptResponse.State.ValueType":
        if self.code is not None:
            return api.GetPromptResponse.FINISHED
        return api.GetPromptResponse.RUNNING if self.output else api.GetPromptResponse.EDITING

    def points(self) -> list[Point]:
        """Return all its places, in the order in which `move` takes them."""
        places = [self.at, self.end, self.command_start, self.command_end, self.output]
        ranges = [point for pair in self.excluded for point in pair]
        return [place or self.at for place in places] + ranges

    def move(self, places: list[Point]) -> None:
        """Be elsewhere, after the lines have been wrapped anew."""
        self.at, self.end = places[:2]
        self.command_start = places[2] if self.command_start else None
        self.command_end = places[3] if self.command_end else None
        self.output = places[4] if self.output else None
        rest = places[5:]
        self.excluded = list(zip(rest[::2], rest[1::2], strict=True))


def span(start: Point, end: Point) -> api.CoordRange:
    return api.CoordRange(
        start=api.Coord(x=start[0], y=start[1]), end=api.Coord(x=end[0], y=end[1])
    )
