"""The VT emulator, one layer below its Python face: cells, pins and copies."""

import weakref
from collections.abc import Callable
from typing import Any

from pyghostty import Terminal, ffi, lib
from pyghostty.core import check, init_sized, union_fn

MOST_BYTES = 1 << 33  # lines are the limit
_TRACK = "GhosttyResult(*)(GhosttyTerminal, GhosttyPointS, GhosttyTrackedGridRef*)"
_LEAVE_ALTERNATE = b"\x1b[?1049l"


class Pin:
    """A cell that is found again after everything has moved; rows count from the oldest one."""

    def __init__(self, vt: Terminal, x: int, row: int) -> None:
        point = ffi.new("GhosttyPointS*")
        point.tag = lib.GHOSTTY_POINT_TAG_SCREEN
        point.value.x, point.value.y = x, row
        found = ffi.new("GhosttyTrackedGridRef*")
        check(union_fn("ghostty_terminal_grid_ref_track", _TRACK)(vt._t[0], point[0], found), "pin")
        self._ref = found[0]

    def where(self) -> tuple[int, int] | None:
        if not lib.ghostty_tracked_grid_ref_has_value(self._ref):
            return None
        point = ffi.new("GhosttyPointCoordinate*")
        check(
            lib.ghostty_tracked_grid_ref_point(self._ref, lib.GHOSTTY_POINT_TAG_SCREEN, point),
            "pin",
        )
        return point.x, point.y

    def free(self) -> None:
        lib.ghostty_tracked_grid_ref_free(self._ref)


class Emulator(Terminal):
    """A terminal whose rows can be read, scrollback included."""

    def __init__(
        self, size: tuple[int, int], lines: int, reply: Callable[[bytes], None] | None = None
    ) -> None:
        super().__init__(*size, scrollback=lines)
        limit = ffi.new("size_t*", MOST_BYTES)
        option = lib.GHOSTTY_TERMINAL_OPT_SCROLLBACK_MAX_BYTES
        check(lib.ghostty_terminal_set(self._t[0], option, limit), "scrollback")
        if reply is not None:
            self.on_reply(reply)

    @property
    def alternate(self) -> bool:
        return any(self.mode(number) for number in (1049, 1047, 47))

    @property
    def scrollback(self) -> int:
        return self.get("scrollback_rows", "size_t")

    def cells(self, row: int) -> tuple[list[int], Any]:
        """Return the raw cells of a row and a reference that can be moved along it."""
        ref = self.ref(0, row, "screen")
        cell = ffi.new("GhosttyCell*")
        raw: list[int] = []
        for x in range(self.size[0]):
            ref.x = x
            lib.ghostty_grid_ref_cell(ref, cell)
            raw.append(cell[0])
        return raw, ref

    def primary(self) -> "Emulator":
        """Copy this terminal as it is below the full-screen program."""
        length = ffi.new("size_t*")
        lib.ghostty_snapshot_encode_buf(self._t[0], ffi.NULL, 0, length)
        encoded = ffi.new("uint8_t[]", length[0])
        check(lib.ghostty_snapshot_encode_buf(self._t[0], encoded, length[0], length), "snapshot")
        decoder = ffi.new("GhosttySnapshotDecoder*")
        check(
            lib.ghostty_snapshot_decoder_new_buf(ffi.NULL, decoder, encoded, length[0]), "decoder"
        )
        copy, fresh = Emulator(self.size, 0), ffi.new("GhosttyTerminal*")
        try:
            check(lib.ghostty_snapshot_decoder_decode(decoder[0], fresh), "decode")
        finally:
            lib.ghostty_snapshot_decoder_free(decoder[0])
        copy.close()
        copy._t = fresh
        copy._free = weakref.finalize(copy, lib.ghostty_terminal_free, fresh[0])
        copy.feed(_LEAVE_ALTERNATE)
        return copy


def wrapped(ref: Any) -> bool:
    """Whether the row goes on in the next one."""
    row, answer = ffi.new("GhosttyRow*"), ffi.new("bool*")
    check(lib.ghostty_grid_ref_row(ref, row), "row")
    check(lib.ghostty_row_get(row[0], lib.GHOSTTY_ROW_DATA_WRAP, answer), "row")
    return bool(answer[0])


def style_at(ref: Any) -> Any:
    style = init_sized("GhosttyStyle")
    check(lib.ghostty_grid_ref_style(ref, style), "style")
    return style


def characters_at(ref: Any) -> str:
    """Return all code points of a cell."""
    count = ffi.new("size_t*")
    lib.ghostty_grid_ref_graphemes(ref, ffi.NULL, 0, count)
    points = ffi.new("uint32_t[]", max(count[0], 1))
    check(lib.ghostty_grid_ref_graphemes(ref, points, count[0], count), "graphemes")
    return "".join(chr(point) for point in points[0 : count[0]])
