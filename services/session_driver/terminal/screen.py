"""What a terminal shows: the one place that knows the VT emulator."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportIndexIssue=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pyright: reportAttributeAccessIssue=false, reportOptionalSubscript=false
# pyright: reportPrivateUsage=false
# pyghostty is a cffi binding without types, and its Terminal has no VT output yet: this file goes
# one layer down for that. The signatures of Screen are the typed border.

import weakref
from collections.abc import Callable
from dataclasses import dataclass

from pyghostty import Terminal, ffi, lib
from pyghostty.core import check, init_sized, read_buf

from services.session_driver.origins import REPLIES

# Lines above the screen are never shown. Keeping some is what makes scrolling fast: without any
# the emulator moves the whole screen for each line, at a quarter of the speed.
HISTORY_LINES = 1000
# Colours beyond the program's own choice belong to whoever shows the screen, so no palette.
_TERMINAL_STATE = ("modes", "scrolling_region", "tabstops", "keyboard")
_SCREEN_STATE = ("cursor", "style", "hyperlink", "protection", "kitty_keyboard", "charsets")
_LEAVE_ALTERNATE = b"\x1b[?1049l"
# A sequence under way is given up; what is shown, above the screen and in the title goes, the
# cursor stays. The primary screen under a full-screen program is reached by mode 47, which clears
# nothing.
_BLANK = b"\x18\x1b[2J\x1b[3J\x1b]2;\x1b\\"
_BLANK_BOTH = _BLANK + b"\x1b7\x1b[?47l\x1b[2J\x1b[3J\x1b[?47h\x1b[2J\x1b8"
_WHOLE_SCREEN = b"\x1b[?6l\x1b[r\x1b[0m"  # printing must not scroll in the region set just before


@dataclass(frozen=True, slots=True)
class Look:
    """A screen at one moment; the cursor is (column, row) from 0."""

    text: str
    cursor: tuple[int, int]
    size: tuple[int, int]
    alternate: bool
    title: str


class Screen:
    """The screen of one terminal, fed with everything that was printed on it.

    `home` is where the cursor stands on an empty command line.
    """

    def __init__(
        self, cols: int, rows: int, on_reply: Callable[[bytes], None] | None = None
    ) -> None:
        self._vt = Terminal(cols, rows, scrollback=HISTORY_LINES)
        self.home: tuple[int, int] | None = None
        if on_reply is not None:
            self._vt.on_reply(lambda reply: on_reply(reply) if REPLIES.fullmatch(reply) else None)

    def feed(self, data: bytes) -> None:
        self._vt.feed(data)

    def redraw(self, picture: bytes) -> bool:
        """Show what a picture shows; whether that is what was shown before."""
        before = self.look()
        self._vt.feed(picture)
        return self.look() == before

    def resize(self, cols: int, rows: int) -> None:
        """Give it another size; an empty line stays one, many shells do not show it anew."""
        at_home = self.at_home
        self._vt.resize(cols, rows)
        self.home = self.cursor if at_home else None

    @property
    def cursor(self) -> tuple[int, int]:
        return self._vt.cursor

    @property
    def at_home(self) -> bool:
        return self.cursor == self.home

    @property
    def size(self) -> tuple[int, int]:
        return self._vt.size

    @property
    def alternate(self) -> bool:
        """Whether a full-screen program has the screen."""
        return self._vt.mode(1049) or self._vt.mode(1047) or self._vt.mode(47)

    @property
    def title(self) -> str:
        text = self._vt.get("title", "GhosttyString")
        return ffi.buffer(text.ptr, text.len)[:].decode(errors="replace") if text.len else ""

    def text(self) -> str:
        """Return the rows as they are displayed, without trailing blanks."""
        return self._vt.text()

    @property
    def ground(self) -> bool:
        """Whether no escape sequence is under way."""
        return bool(self._vt.get("vt_ground", "bool"))

    def blank(self) -> None:
        """Forget what is shown; the cursor and the modes stay."""
        self._vt.feed(_BLANK_BOTH if self.alternate else _BLANK)

    def look(self) -> Look:
        return Look(self.text(), self.cursor, self.size, self.alternate, self.title)

    def keyframe(self) -> bytes | None:
        """Return output that shows this very screen when a new terminal of this size prints it.

        None in the middle of an escape sequence, whose rest would be text to a new terminal.
        Under a full-screen program lies the primary screen; it comes first.
        """
        if not self.ground:
            return None
        title = f"\x1b]2;{self.title}\x1b\\".encode() if self.title else b""
        if not self.alternate:
            return title + _printed(self._vt)
        under = _copy(self._vt)
        under.feed(_LEAVE_ALTERNATE)
        frame = title + _printed(under) + _WHOLE_SCREEN + _printed(self._vt)
        under.close()
        return frame

    def close(self) -> None:
        self._vt.close()


def _printed(vt: Terminal) -> bytes:
    options = init_sized("GhosttyFormatterTerminalOptions")
    options.emit = lib.GHOSTTY_FORMATTER_FORMAT_VT
    for name in _TERMINAL_STATE:
        setattr(options.extra, name, True)
    for name in _SCREEN_STATE:
        setattr(options.extra.screen, name, True)
    cols, rows = vt.size
    shown = init_sized("GhosttySelection")
    shown.start, shown.end = vt.ref(0, 0)[0], vt.ref(cols - 1, rows - 1)[0]
    options.selection = shown
    formatter = ffi.new("GhosttyFormatter*")
    check(
        lib.ghostty_formatter_terminal_new(ffi.NULL, formatter, vt._t[0], options[0]), "formatter"
    )
    try:
        return read_buf(
            lambda *into: lib.ghostty_formatter_format_buf(formatter[0], *into)
        ).encode()
    finally:
        lib.ghostty_formatter_free(formatter[0])


def _copy(vt: Terminal) -> Terminal:
    length = ffi.new("size_t*")
    lib.ghostty_snapshot_encode_buf(vt._t[0], ffi.NULL, 0, length)
    encoded = ffi.new("uint8_t[]", length[0])
    check(lib.ghostty_snapshot_encode_buf(vt._t[0], encoded, len(encoded), length), "snapshot")
    decoder = ffi.new("GhosttySnapshotDecoder*")
    check(lib.ghostty_snapshot_decoder_new_buf(ffi.NULL, decoder, encoded, length[0]), "decoder")
    copy = Terminal(*vt.size, scrollback=0)
    fresh = ffi.new("GhosttyTerminal*")
    try:
        check(lib.ghostty_snapshot_decoder_decode(decoder[0], fresh), "decode")
    finally:
        lib.ghostty_snapshot_decoder_free(decoder[0])
    return _adopted(copy, fresh)


def _adopted(shell: Terminal, fresh: object) -> Terminal:
    shell.close()
    shell._t = fresh
    shell._free = weakref.finalize(shell, lib.ghostty_terminal_free, fresh[0])
    return shell
