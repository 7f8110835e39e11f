"""Texts between quotes, decoded the way the shell does it."""

import re

from services.policy.syntax.tree import NotUnderstood, Unsure

_ANSI = re.compile(
    r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([\s\S]))"
)
_LETTERS = {
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "E": "\x1b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "?": "?",
}
_ESCAPED = re.compile(r"\\[$`\\\"]")


def ansi(text: str) -> str:
    """What stands between ``$'`` and ``'``. Bytes that are no text by themselves are refused."""
    return _ANSI.sub(_character, text)


def backquoted(source: str) -> str:
    """The command between backquotes; what the shell would first take a backslash out of is not."""
    if _ESCAPED.search(source):
        raise NotUnderstood(
            "substitution", "The text has a backslash that counts inside backquotes"
        )
    return source[1:-1]


def _character(found: re.Match[str]) -> str:
    octal, byte, short, long, letter = found.groups()
    if letter is not None:
        return _letter(letter)
    code = int(octal, 8) if octal else int(byte or short or long, 16)
    limit = 0x80 if octal or byte else 0xD800
    if not 0 < code < limit:
        raise Unsure(f"writes {found[0]}, which is not one plain character")
    return chr(code)


def _letter(letter: str) -> str:
    if letter not in _LETTERS:
        raise Unsure(f"writes \\{letter}, which shells read differently")
    return _LETTERS[letter]
