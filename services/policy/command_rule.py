"""What the policy knows about one command: the forms of it that only look."""

from collections.abc import Iterator
from re import fullmatch
from typing import Literal

import msgspec

from events.review import Tier
from services.policy.line import Word


class CommandRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Known flags and operands of a command. Whatever is not listed here is not understood."""

    tier: Tier = "safe"
    why: str = ""
    letters: str = ""  # one-letter flags
    values: str = ""  # one-letter flags followed by a value
    long: tuple[str, ...] = ()  # long flags in full, with or without =value
    count: bool = False  # takes a number as a flag, as `head -5` does
    options: bool = True  # false where words that begin with a dash are plain text, as for echo
    operands: int | None = None  # at most this many
    first: str = ""  # pattern of the first operand
    each: str = ""  # pattern of every operand
    reads: Literal["nothing", "names", "content"] = "nothing"
    globs: bool = False  # whatever a pattern expands to, flags too, is harmless
    match: tuple[str, ...] = ()
    not_match: tuple[str, ...] = ()

    def doubts(self, words: tuple[Word, ...]) -> Iterator[str]:
        """Say what in these arguments is not known to be harmless."""
        operands, unknown = self.sort_out(words)
        yield from (f"flag {flag} is not on its list" for flag in unknown)
        if self.operands is not None and len(operands) > self.operands:
            yield f"takes at most {self.operands} operands here"
        yield from self._patterns(words)
        for text, pattern in zip([word.text for word in operands], self._shapes(), strict=False):
            if not fullmatch(pattern, text):
                yield f"operand {text!r} has a form that is not on its list"

    def sort_out(self, words: tuple[Word, ...]) -> tuple[list[Word], list[str]]:
        """Return the operands, and the flags that are not known."""
        operands: list[Word] = []
        unknown: list[str] = []
        rest = list(words)
        while rest:
            word = rest.pop(0)
            if not self.options or not word.text.startswith("-") or word.text == "-":
                operands.append(word)
            elif word.text == "--":
                return operands + rest, unknown
            elif not self._knows(word.text, rest):
                unknown.append(word.text)
        return operands, unknown

    def _knows(self, flag: str, rest: list[Word]) -> bool:
        if flag.startswith("--"):
            return flag.partition("=")[0] in self.long
        if self.count and flag[1:].isdecimal():
            return True
        for index, letter in enumerate(flag[1:], 2):
            if letter in self.values:
                del rest[: index == len(flag)]
                return True
            if letter not in self.letters:
                return False
        return True

    def _patterns(self, words: tuple[Word, ...]) -> Iterator[str]:
        if self.globs:
            return
        for word in words:
            if word.globs and (self.operands is not None or self.first or self.each):
                yield f"pattern {word.text!r} may stand for any number of operands"
            elif word.globs and word.text[0] in "*?[":
                yield f"pattern {word.text!r} may expand to a flag; write ./{word.text}"

    def _shapes(self) -> Iterator[str]:
        anything = r"[\s\S]*"
        yield self.first or self.each or anything
        while True:
            yield self.each or anything
