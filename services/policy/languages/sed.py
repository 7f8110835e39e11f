"""What a sed script runs, reads and writes, under every reading that GNU and BSD give it."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from services.policy.knowledge.use import Role, Use
from services.policy.languages.terminal import SED, draws
from services.policy.syntax.tree import NotUnderstood
from services.policy.value import UNKNOWN, Value

_RULE: Final = "sed"
_HARMLESS_FILES: Final = frozenset({"/dev/stdin", "/dev/stdout", "/dev/stderr"})
_DELIMITERS: Final = frozenset("/|,#:!@%_~;^&=+-'\"`<>?*.(){}$")
_BETWEEN: Final = re.compile(r"(?:[ \t\n;]|#[^\n]*)*")
_BLANKS: Final = re.compile(r"[ \t]*")
_NUMBER: Final = re.compile(r"(?:[0-9]+(?:~[0-9]+)?|\$)")
_RANGE_END: Final = re.compile(r"[+~]?[0-9]+")
_ADDRESS_FLAGS: Final = re.compile(r"[IM]*")
_NEGATION: Final = re.compile(r"[ \t]*(?:![ \t]*)*")
_COUNT: Final = re.compile(r"[ \t]*[0-9]*")
_LABEL: Final = re.compile(r"[ \t]*[^\s;}]*")
_LINE: Final = re.compile(r"[ \t]*([^\n]*)")
_TEXT: Final = re.compile(r"[ \t]*(?:\\\n)?((?:\\[\s\S]|[^\\\n])*\\?)")
_LOST_NEWLINE: Final = re.compile(r"[ \t]*(?:\\[ \t]+\n|\n)")
_SUBSTITUTE_FLAGS: Final = re.compile(r"[gpiImMe0-9]*")
_END: Final = re.compile(r"[ \t]*(?:[;\n]|(?=[#}])|\Z)")
_BRACKET: Final = r"\[\^?+\]?+(?:\[[.:=][a-z]+[.:=]\]|\\[^\]\n]|[^\]\[\\\n])*+(?:\]|\\\]\])"
_BRACKETS_CLOSE: Final = re.compile(rf"(?:\\[\s\S]|[^\\\[]|{_BRACKET})*+")


def uses(text: str) -> Iterator[Use]:
    """Yield what the script does besides editing; raise `NotUnderstood` where it is unclear."""
    if UNKNOWN in text:
        raise NotUnderstood(_RULE, "a part of the script is not known")
    return iter(tuple(_Script(text).uses()))


class _Script:
    """A text and the places where a command may start; labels end in more than one way."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0]

    def uses(self) -> Iterator[Use]:
        seen: set[int] = set()
        while self._starts:
            start = self._take(_BETWEEN, self._starts.pop())[1]
            if start not in seen and start < len(self._text):
                seen.add(start)
                yield from self._command(self._addresses(start))

    def plain(self, _letter: str, at: int) -> Iterator[Use]:
        self._starts.append(self._end(at))
        return iter(())

    def brace(self, _letter: str, at: int) -> Iterator[Use]:
        self._starts.append(at)
        return iter(())

    def counted(self, letter: str, at: int) -> Iterator[Use]:
        return self.plain(letter, self._take(_COUNT, at)[1])

    def label(self, letter: str, at: int) -> Iterator[Use]:
        """GNU ends a label at ``;`` or ``}``, BSD only at the end of the line."""
        newline = self._text.find("\n", at)
        self._starts.append(len(self._text) if newline < 0 else newline)
        return self.plain(letter, self._take(_LABEL, at)[1])

    def text(self, _letter: str, at: int) -> Iterator[Use]:
        if self._take(_LOST_NEWLINE, at)[0]:
            raise NotUnderstood(_RULE, "the text of a command is missing")
        found, end = self._take(_TEXT, at)
        _check_drawing(found)
        self._starts.append(end)
        return iter(())

    def execute(self, _letter: str, at: int) -> Iterator[Use]:
        found, end = self._take(_TEXT, at)
        self._starts.append(end)
        command = found.strip()
        yield Use("shell", Value(command if command and "\\" not in command else UNKNOWN))

    def read(self, _letter: str, at: int) -> Iterator[Use]:
        return self._file("read", at)

    def write(self, _letter: str, at: int) -> Iterator[Use]:
        return self._file("write", at)

    def substitute(self, _letter: str, at: int) -> Iterator[Use]:
        middle = self._pattern(at)
        end = self._replacement(middle - 1)
        flags, at = self._take(_SUBSTITUTE_FLAGS, end)
        if "e" in flags:
            yield Use("shell", Value(UNKNOWN))
        if self._text[at : at + 1] == "w":
            yield from self._file("write", at + 1)
        else:
            self._starts.append(self._end(at))
        if "e" not in flags:
            _check_drawing(self._text[middle:end])

    def translate(self, letter: str, at: int) -> Iterator[Use]:
        """No brackets here, but for old versions of BSD."""
        middle = self._replacement(at)
        end = self._replacement(middle - 1)
        _check_drawing(self._text[middle:end])
        for half in (self._text[at + 1 : middle - 1], self._text[middle : end - 1]):
            if not _BRACKETS_CLOSE.fullmatch(half):
                raise NotUnderstood(_RULE, "a bracket in y does not close")
        return self.plain(letter, end)

    def _command(self, at: int) -> Iterator[Use]:
        letter = self._text[at : at + 1]
        if letter not in _COMMANDS:
            raise NotUnderstood(_RULE, f"the command {letter!r} is not followed")
        return _COMMANDS[letter](self, letter, at + 1)

    def _addresses(self, at: int) -> int:
        first = self._address(at)
        if first != at:
            comma = self._take(_BLANKS, first)[1]
            if self._text[comma : comma + 1] == ",":
                first = self._second(self._take(_BLANKS, comma + 1)[1])
        return self._take(_NEGATION, first)[1]

    def _second(self, at: int) -> int:
        found = _RANGE_END.match(self._text, at)
        end = found.end() if found else self._address(at)
        if end == at:
            raise NotUnderstood(_RULE, "the second address is missing")
        return end

    def _address(self, at: int) -> int:
        found = _NUMBER.match(self._text, at)
        if found:
            return found.end()
        escaped = self._text[at : at + 1] == "\\"
        if not escaped and self._text[at : at + 1] != "/":
            return at
        return self._take(_ADDRESS_FLAGS, self._pattern(at + escaped))[1]

    def _pattern(self, at: int) -> int:
        return self._delimited(_PATTERNS, at)

    def _replacement(self, at: int) -> int:
        return self._delimited(_REPLACEMENTS, at)

    def _delimited(self, kind: Mapping[str, re.Pattern[str]], at: int) -> int:
        """The place behind the delimiter that ends what begins with one at this place."""
        delimiter = self._text[at : at + 1]
        if delimiter not in kind:
            raise NotUnderstood(_RULE, f"{delimiter!r} as a delimiter is not followed")
        found = kind[delimiter].match(self._text, at + 1)
        if found is None:
            raise NotUnderstood(_RULE, "a pattern does not end")
        return found.end()

    def _file(self, role: Role, at: int) -> Iterator[Use]:
        name, end = self._take(_LINE, at)
        self._starts.append(end)
        if not name:
            raise NotUnderstood(_RULE, "the name of a file is missing")
        if name not in _HARMLESS_FILES:
            yield Use(role, Value(name))

    def _end(self, at: int) -> int:
        found = _END.match(self._text, at)
        if found is None:
            raise NotUnderstood(_RULE, "something follows a command")
        return found.end()

    def _take(self, pattern: re.Pattern[str], at: int) -> tuple[str, int]:
        found = pattern.match(self._text, at)
        return (found[pattern.groups], found.end()) if found else ("", at)


def _check_drawing(text: str) -> None:
    if draws(text, SED):
        raise NotUnderstood(_RULE, "a text may hold what the terminal obeys")


_PATTERNS: Final = {
    mark: re.compile(rf"(?:\\[\s\S]|{_BRACKET}|[^\\\n\[{re.escape(mark)}])*+{re.escape(mark)}")
    for mark in _DELIMITERS
}
_REPLACEMENTS: Final = {
    mark: re.compile(rf"(?:\\[\s\S]|[^\\\n{re.escape(mark)}])*+{re.escape(mark)}")
    for mark in _DELIMITERS
}
_COMMANDS: Final[Mapping[str, Callable[[_Script, str, int], Iterator[Use]]]] = {
    **dict.fromkeys("=dDgGhHnNpPxzF}", _Script.plain),
    **dict.fromkeys("lqQ", _Script.counted),
    **dict.fromkeys(":btTv", _Script.label),
    **dict.fromkeys("aic", _Script.text),
    **dict.fromkeys("rR", _Script.read),
    **dict.fromkeys("wW", _Script.write),
    "{": _Script.brace,
    "e": _Script.execute,
    "s": _Script.substitute,
    "y": _Script.translate,
}
