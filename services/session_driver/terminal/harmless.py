"""Output with nothing in it but text, colours and moves of the cursor: for those who play it."""

import re
from typing import Final

from services.session_driver.terminal.strings import Strings

_SEQUENCE: Final = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]?|[ -/]*[0-~]?)")
_DRAWS: Final = re.compile(
    rb"\x1b(?:\[[\d;:]*[A-HJ-MPSTXZ`a-bd-fmr@]|\[\?(?:7|25|47|1047|1048|1049)[hl]|\[4[hl]"
    rb"|[78cDEHM]|\([0AB])"
)
_CONTROLS: Final = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]")


class Harmless:
    """Takes output in pieces that cut no sequence in two.

    What asks the terminal for a reply, names a title, a link, a font, a file or the clipboard,
    draws pictures or reports keys, mouse and focus, is left out; a list of what may stay, because
    terminals learn new sequences.
    """

    def __init__(self) -> None:
        self._strings = Strings()

    def feed(self, data: bytes) -> bytes:
        """Return what of these bytes may be played."""
        outside = _CONTROLS.sub(b"", self._strings.feed(data))
        return _SEQUENCE.sub(lambda found: found[0] if _DRAWS.fullmatch(found[0]) else b"", outside)


def harmless(data: bytes) -> bytes:
    """Return what of a whole output may be played."""
    return Harmless().feed(data)
