"""An awk program as tokens; whatever awks may split differently is refused."""

import re
from typing import Final, Literal

import msgspec

from services.policy.languages.terminal import AWK, draws
from services.policy.syntax.tree import NotUnderstood
from services.policy.value import UNKNOWN

type Kind = Literal["word", "number", "string", "regex", "sign"]

_RULE: Final = "awk"
_MAX_DEPTH: Final = 32
_SKIP: Final = re.compile(r"(?:[ \t]|\\\n|#[^\n]*)+")
_TOKEN: Final = re.compile(
    r"""
      (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<string>"(?:[^"\\\n]|\\[\s\S])*")
    | (?P<sign>\*\*=|\*\*|\|\||\|&|&&|>>|\+\+|--|[-+*%^/!=<>]=|!~|[-{}()\[\];,+*%^!<>|?:~$=@/\n])
    """,
    re.VERBOSE,
)
_REGEX: Final = re.compile(
    r"/(?:[^\\/\n\[]|\\[^\n]|\[\^?+\]?+(?:\[:[a-z]+:\]|\\[^\]\n]|[^\]\[\\/\n])*+(?:\]|\\\]\]))*/"
)
_ESCAPE: Final = re.compile(r"\\([\s\S])")
_SIMPLE_ESCAPES: Final = {
    '"': '"', "\\": "\\", "/": "/", "n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b",
    "f": "\f", "v": "\v", "\n": "",
}  # fmt: skip
_BEFORE_REGEX: Final = frozenset({"print", "printf", "return", "case", "else", "do", "in", "exit"})
_CONDITIONS: Final = frozenset({"if", "while", "for", "switch"})
_BUILT_IN_NAMES: Final = """BEGIN END BEGINFILE ENDFILE function func next nextfile break continue
    getline default delete length substr index split match sub gsub gensub sprintf tolower toupper
    close fflush system sin cos atan2 exp log sqrt int rand srand if while for switch"""
_BUILT_IN: Final = frozenset(_BUILT_IN_NAMES.split())
_CONTINUES: Final = frozenset({"{", "}", ";", "\n", ",", "&&", "||", ""})


class Token(msgspec.Struct, frozen=True):
    """A word, a sign or a literal; the text of a string is what it stands for."""

    kind: Kind
    text: str
    draws: bool = False  # its escapes may be more to a terminal than text and colours

    def is_word(self, *names: str) -> bool:
        return self.kind == "word" and self.text in names

    def is_sign(self, *signs: str) -> bool:
        return self.kind == "sign" and self.text in signs

    @property
    def ends_operand(self) -> bool:
        if self.kind == "word":
            return self.text not in _BEFORE_REGEX
        return self.kind != "sign" or self.text in {")", "]", "++", "--"}


def tokens(text: str) -> list[Token]:
    if UNKNOWN in text:
        raise NotUnderstood(_RULE, "a part of the program is not known")
    return _Reader(text).tokens()


class _Reader:
    """The tokens so far, and which brackets are open."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[Token] = []
        self._open: list[str] = []
        self._condition_closed = False  # the last token closed the parentheses of an `if`

    def tokens(self) -> list[Token]:
        position = self._skip(0)
        while position < len(self._text):
            position = self._skip(self._one(position))
        if self._open:
            raise NotUnderstood(_RULE, "brackets do not match")
        return self._tokens

    def _skip(self, position: int) -> int:
        blanks = _SKIP.match(self._text, position)
        return blanks.end() if blanks else position

    def _one(self, position: int) -> int:
        is_regex = self._text[position] == "/" and self._regex_is_next()
        found = (_REGEX if is_regex else _TOKEN).match(self._text, position)
        if found is None:
            raise NotUnderstood(_RULE, f"{self._text[position]!r} is not followed")
        kind: Kind = "regex" if is_regex else _KINDS[found.lastgroup or ""]
        self._add(kind, found[0])
        return found.end()

    def _add(self, kind: Kind, source: str) -> None:
        closed = False
        if kind == "sign":
            self._check_newline(source)
            closed = self._bracket(source)
        if kind == "string":
            self._tokens.append(Token(kind, _unquoted(source), draws=draws(source, AWK)))
        else:
            self._tokens.append(Token(kind, source))
        self._condition_closed = closed

    def _regex_is_next(self) -> bool:
        before = self._tokens[-1] if self._tokens else Token("sign", "\n")
        unsure = before.kind == "word" and before.text in _BUILT_IN
        if unsure or self._condition_closed:
            raise NotUnderstood(_RULE, "a slash may divide or begin a pattern")
        return not before.ends_operand

    def _check_newline(self, sign: str) -> None:
        last = self._tokens[-1] if self._tokens else Token("sign", "")
        if sign == "\n" and self._open[-1:] not in ([], ["{"]) and last.text not in _CONTINUES:
            raise NotUnderstood(_RULE, "a line ends inside brackets")

    def _bracket(self, sign: str) -> bool:
        """Keep the open brackets; whether this one closes those of a condition."""
        if sign in {"(", "[", "{"}:
            condition = self._tokens[-1:] and self._tokens[-1].is_word(*_CONDITIONS)
            self._open.append("if" if sign == "(" and condition else sign)
            if len(self._open) > _MAX_DEPTH:
                raise NotUnderstood(_RULE, "brackets nest too deep")
            return False
        if sign not in _OPENING:
            return False
        last = self._open.pop() if self._open else ""
        if last not in _OPENING[sign]:
            raise NotUnderstood(_RULE, "brackets do not match")
        return last == "if"


def _unquoted(source: str) -> str:
    text = _ESCAPE.sub(lambda escape: _SIMPLE_ESCAPES.get(escape[1], UNKNOWN), source[1:-1])
    return UNKNOWN if UNKNOWN in text else text


_OPENING: Final = {")": ("(", "if"), "]": ("[",), "}": ("{",)}
_KINDS: Final[dict[str, Kind]] = {
    "word": "word",
    "number": "number",
    "string": "string",
    "sign": "sign",
}
