"""What an awk program runs, reads and writes, told from its tokens as all awks agree on them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from services.policy.knowledge.use import Role, Use
from services.policy.languages.awk_tokens import Token, tokens
from services.policy.syntax.tree import NotUnderstood
from services.policy.value import UNKNOWN, Value

_RULE: Final = "awk"
_HARMLESS_TARGETS: Final = frozenset({"/dev/stdout", "/dev/stderr"})
_ENDS_TARGET: Final = frozenset({";", "}", "\n", "", ")"})
_ENDS_SOURCE: Final = _ENDS_TARGET | {"<", ">", "<=", ">=", "==", "!=", "&&", "||", "?"}
_STARTS_EXPRESSION: Final = frozenset({"", "\n", ";", "{", "}", "(", "&&", "||"})


def uses(text: str) -> Iterator[Use]:
    """Yield what the program does besides printing; raise `NotUnderstood` where it is unclear."""
    all_tokens = tokens(text)
    found = tuple(_Program(all_tokens).uses())
    for token in all_tokens:
        if token.draws and not any(UNKNOWN in use.value.text for use in found):
            raise NotUnderstood(_RULE, "a string may hold what the terminal obeys")
    return iter(found)


class _Program:
    """A walk over the tokens that knows whether it is inside a print and how deep."""

    def __init__(self, all_tokens: list[Token]) -> None:
        self._tokens = all_tokens
        self._print: list[str] | None = None  # brackets opened since the word print

    def uses(self) -> Iterator[Use]:
        for index, token in enumerate(self._tokens):
            self._follow(token, self._tokens[index - 1] if index else _END)
            if token.kind == "string" and token.text.startswith("/inet"):
                yield Use("connect", _address(token))
            elif token.kind in {"word", "sign"} and token.text in _ACTS:
                yield from _ACTS[token.text](self, index)

    def _follow(self, token: Token, before: Token) -> None:
        if token.is_word("print", "printf"):
            self._print = []
        elif self._print is None or token.kind != "sign":
            return
        elif token.text in {"(", "["}:
            self._print.append(token.text)
        elif token.text in {")", "]"}:
            self._print = self._print[:-1]
        elif token.text in {";", "}"} or (token.text == "\n" and _may_end(before)):
            self._print = None

    def system(self, index: int) -> Iterator[Use]:
        opening, word, closing = self._next(index, 1), self._next(index, 2), self._next(index, 3)
        if not opening.is_sign("("):
            raise NotUnderstood(_RULE, "system is used without parentheses")
        yield from _shell(word if closing.is_sign(")") else None)

    def pipe(self, index: int) -> Iterator[Use]:
        if self._next(index, 1).is_word("getline"):
            before = self._tokens[index - 2] if index > 1 else _END
            alone = before.kind == "sign" and before.text in _STARTS_EXPRESSION
            yield from _shell(self._tokens[index - 1] if alone and index else None)
        elif self._print == []:
            yield from _shell(self._only_word(index, _ENDS_TARGET))
        else:
            raise NotUnderstood(_RULE, "a pipe is neither behind print nor before getline")

    def greater(self, index: int) -> Iterator[Use]:
        if self._print is None or "(" in self._print:
            return
        if self._print:
            raise NotUnderstood(_RULE, "> inside brackets may compare or write")
        yield from _file("write", self._only_word(index, _ENDS_TARGET))

    def append(self, index: int) -> Iterator[Use]:
        if self._print != []:
            raise NotUnderstood(_RULE, ">> stands outside of print")
        return self.greater(index)

    def getline(self, index: int) -> Iterator[Use]:
        """The first ``<`` before the expression can end is taken as its file."""
        depth = 0
        for place in range(index + 1, len(self._tokens)):
            token = self._tokens[place]
            depth += token.is_sign("(", "[") - token.is_sign(")", "]")
            if token.is_sign("<"):
                yield from _file("read", self._only_word(place, _ENDS_SOURCE))
            done = token.is_sign("<", ";", "}", "\n") or token.is_word("getline")
            if depth < 0 or (depth == 0 and done):  # another getline looks on
                return

    def directive(self, index: int) -> Iterator[Use]:
        name, value = self._next(index, 1), self._next(index, 2)
        if name.is_word("load", "include") and value.kind == "string":
            yield Use("load", Value(value.text))
        elif name.kind == "word" and value.is_sign("("):
            yield Use("code", Value(UNKNOWN))
        else:
            raise NotUnderstood(_RULE, "a word after @ is not followed")

    def refuse(self, index: int) -> Iterator[Use]:
        raise NotUnderstood(_RULE, f"{self._tokens[index].text} reaches more than its input")

    def _next(self, index: int, offset: int) -> Token:
        return self._tokens[index + offset] if index + offset < len(self._tokens) else _END

    def _only_word(self, index: int, ends: frozenset[str]) -> Token | None:
        after = self._next(index, 2)
        return self._next(index, 1) if after.kind == "sign" and after.text in ends else None


def _may_end(token: Token) -> bool:
    """Whether a line may end a statement behind this token; it goes on after a comma."""
    return token.kind != "sign" or token.text in {")", "]", "++", "--"}


def _shell(word: Token | None) -> Iterator[Use]:
    value = _known(word)
    if value.text.strip():
        yield Use("shell", value)


def _file(role: Role, word: Token | None) -> Iterator[Use]:
    value = _known(word)
    if value.text not in _HARMLESS_TARGETS:
        yield Use(role, value)


def _known(word: Token | None) -> Value:
    return Value(word.text if word is not None and word.kind == "string" else UNKNOWN)


def _address(token: Token) -> Value:
    """``/inet/tcp/0/host/port`` as ``host:port``."""
    match token.text.split("/"):
        case ["", "inet" | "inet4" | "inet6", "tcp" | "udp", _, host, port] if host and port:
            return Value(f"{host}:{port}")
        case _:
            return Value(UNKNOWN)


_END: Final = Token("sign", "")
_ACTS: Final[Mapping[str, Callable[[_Program, int], Iterator[Use]]]] = {
    "system": _Program.system,
    "|": _Program.pipe,
    "|&": _Program.pipe,
    ">": _Program.greater,
    ">>": _Program.append,
    "getline": _Program.getline,
    "@": _Program.directive,
    "ENVIRON": _Program.refuse,
    "ARGV": _Program.refuse,
    "ARGC": _Program.refuse,
    "SYMTAB": _Program.refuse,
    "FUNCTAB": _Program.refuse,
}
