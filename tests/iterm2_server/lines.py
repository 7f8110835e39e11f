"""One line of a session, as the API tells it."""

from dataclasses import dataclass
from itertools import groupby

from iterm2 import api_pb2 as api

from tests.iterm2_server.cells import Cell, cell_style, decoded
from tests.iterm2_server.emulator import Emulator, characters_at, style_at, wrapped

HARD = api.LineContents.CONTINUATION_HARD_EOL
SOFT = api.LineContents.CONTINUATION_SOFT_EOL


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of a line up to the last that was ever written."""

    texts: tuple[str, ...]  # empty where nothing was written and for the half of a wide character
    styles: tuple[bytes, ...]  # one encoded CellStyle for each cell
    copied: tuple[str, ...]  # what a person would copy: a blank where nothing was written
    soft: bool

    def contents(self) -> api.LineContents:
        """Encode it: runs of cells with as many code points, runs of cells of one style."""
        line = api.LineContents(text="".join(self.texts), continuation=SOFT if self.soft else HARD)
        for points, run in groupby(len(text) for text in self.texts):
            line.code_points_per_cell.add(num_code_points=points, repeats=len(list(run)))
        for encoded, run in groupby(self.styles):
            style = api.CellStyle.FromString(encoded)
            style.repeats = len(list(run))
            line.style.append(style)
        return line

    def window(self, start: int, length: int) -> "Line":
        """Return some columns of it."""
        part = slice(start, start + length)
        return Line(self.texts[part], self.styles[part], self.copied[part], self.soft)


def read_line(vt: Emulator, row: int) -> Line:
    raw, ref = vt.cells(row)
    cells = [decoded(value) for value in raw]
    length = max((x + 1 for x, cell in enumerate(cells) if cell.written), default=0)
    texts: list[str] = []
    styles: list[bytes] = []
    known: dict[tuple[int, tuple[int, ...]], bytes] = {}
    for x, cell in enumerate(cells[:length]):
        ref.x = x
        texts.append(characters_at(ref) if cell.several else cell.text)
        look = (cell.style, cell.background)
        if look not in known:
            style = style_at(ref) if cell.style else None
            known[look] = cell_style(style, cell.background).SerializeToString()
        styles.append(known[look])
    ref.x = 0
    copied = tuple(text or _blank(cell) for text, cell in zip(texts, cells, strict=False))
    return Line(tuple(texts), tuple(styles), copied, wrapped(ref))


def _blank(cell: Cell) -> str:
    return "" if cell.written else " "
