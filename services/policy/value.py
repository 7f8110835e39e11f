"""A word after expansion, as far as it is known before anything runs."""

from typing import Final

import msgspec

UNKNOWN: Final = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for any text, also none. A text that holds the character itself is taken as unknown."""


class Value(msgspec.Struct, frozen=True):
    """What a command is given as one argument, or (``many``) as any number of them."""

    text: str
    pattern: bool = False  # holds unquoted *, ? or [: stands for names of files
    many: bool = False  # may come to none, one or several arguments

    @property
    def known(self) -> bool:
        return not (self.pattern or self.many or UNKNOWN in self.text)

    @property
    def may_be_flag(self) -> bool:
        """Whether what it stands for may begin with a dash."""
        return self.text.startswith(("-", UNKNOWN)) or (self.pattern and self.text[0] in "*?[")
