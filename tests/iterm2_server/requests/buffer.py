"""The lines of a session."""

from iterm2 import api_pb2 as api

from tests.iterm2_server.grid import Grid
from tests.iterm2_server.world import Listener, World

MOST_LINES = 1_000_000
_Response = api.GetBufferResponse


def get_buffer(
    world: World, _client: Listener, request: api.GetBufferRequest
) -> api.GetBufferResponse | None:
    """Return the lines; nothing at all where not exactly one range is asked for."""
    session = world.app.session(request.session)
    if session is None:
        return _Response(status=_Response.SESSION_NOT_FOUND)
    if len(request.line_range.ListFields()) != 1:
        return None
    wanted = _range(session.grid, request.line_range)
    span, columns = wanted.coord_range, wanted.columns
    last = span.end.y + (1 if span.end.x > 0 else 0)
    lines = session.grid.lines(span.start.y, last)
    if columns.length:
        lines = (line.window(columns.location, columns.length) for line in lines)
    x, y = session.grid.cursor
    return _Response(
        status=_Response.OK,
        contents=[line.contents() for line in lines],
        cursor=api.Coord(x=x, y=y),
        windowed_coord_range=wanted,
    )


def _range(grid: Grid, asked: api.LineRange) -> api.WindowedCoordRange:
    end = grid.above + grid.size[1]
    first = grid.above
    if asked.HasField("windowed_coord_range"):
        return asked.windowed_coord_range
    if asked.HasField("trailing_lines"):
        first = max(grid.overflow, end - min(max(asked.trailing_lines, 0), MOST_LINES))
    return api.WindowedCoordRange(
        coord_range=api.CoordRange(start=api.Coord(x=0, y=first), end=api.Coord(x=0, y=end))
    )
