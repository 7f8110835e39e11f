"""Statements of SQL: which of them plainly only read. Whatever else they do is not looked into."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

_TOKEN: Final = re.compile(
    r"""
      (?P<blank>\s+|--(?=\s|$)[^\n]*)
    | (?P<string>'(?:[^'\\]|'')*')
    | (?P<quoted>"[^"\\]*"|`[^`\\]*`)
    | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<end>;)
    | (?P<sign>::|!=|--(?!.)|-(?!-)|/(?!\*)|[,.()=<>+*%|])
    | (?P<odd>[\s\S])
    """,
    re.VERBOSE,
)
_OPENS: Final = re.compile(r"""['"`$\\#]|/\*|--""")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STARTS: Final = frozenset({"select", "values", "table", "show", "describe", "desc", "explain"})
_CHANGES: Final = _words(
    "insert update delete merge replace drop truncate alter create grant revoke into call do copy"
    " execute exec declare lock share vacuum attach detach pragma set reset load install prepare"
    " deallocate notify listen handler outfile dumpfile procedure reindex refresh import use kill"
    " shutdown begin commit rollback savepoint release upsert cluster discard checkpoint"
)
_BEFORE_BRACKET: Final = _words(
    "select values in exists and or not from join on where as any all some over using by having"
    " limit when then else case is like between partition filter union except intersect distinct"
    " within group recursive explain with interval"
)
_FUNCTIONS: Final = _words(
    "count sum avg min max abs round ceil ceiling floor length char_length lower upper trim ltrim"
    " rtrim substr substring coalesce nullif ifnull cast convert date now datetime extract left"
    " right concat version current_date current_time current_timestamp current_user database"
    " current_database current_schema row_number rank dense_rank lag lead group_concat string_agg"
    " array_agg json_agg date_trunc to_char strftime julianday typeof mod power sqrt sign greatest"
    " least position varchar char decimal numeric"
)
_LIKE_WORDS: Final = re.compile(
    r"(?<!\bfor\s)(?<!\bon\s)(?<![\w.])(?:insert|update|delete|drop|truncate|merge)\b"
)


class Statement(msgspec.Struct, frozen=True):
    """A statement in small letters, without what is quoted and what is a comment."""

    text: str
    reads: bool  # plainly nothing more
    ended: bool  # by a semicolon

    @property
    def parts(self) -> Iterator[str]:
        """The statement, and whatever within it may be one of its own."""
        yield self.text
        yield from (self.text[found.start() :] for found in _LIKE_WORDS.finditer(self.text))


def statements(text: str) -> tuple[Statement, ...]:
    """Cut a text into statements; what is not plain is no reading, whatever it looks like."""
    found: list[Statement] = []
    tokens: list[tuple[str, str]] = []
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup or "odd"
        if kind == "end":
            found.append(_statement(tokens, ended=True))
            tokens = []
        elif kind != "blank":
            tokens.append((kind, token[kind].lower()))
    if tokens:
        found.append(_statement(tokens, ended=False))
    return tuple(found)


def open_part(text: str) -> str | None:
    """Return the statement that entered lines leave open, "" if none; None where it is unclear."""
    plain = _TOKEN.sub(_blanked, text)
    if _OPENS.search(plain):
        return None
    rest = text[plain.rfind(";") + 1 :]
    return rest if rest.strip() else ""


def _blanked(token: re.Match[str]) -> str:
    inert = token.lastgroup in {"string", "quoted"} or token[0].startswith("--")
    return " " * len(token[0]) if inert else token[0]


def _statement(tokens: list[tuple[str, str]], *, ended: bool) -> Statement:
    text = " ".join("''" if kind == "string" else word for kind, word in tokens)
    return Statement(text, reads=not tokens or _reads(tokens), ended=ended)


def _reads(tokens: list[tuple[str, str]]) -> bool:
    words = [word for kind, word in tokens if kind == "word"]
    if any(kind == "odd" for kind, _ in tokens) or tokens[0] != ("word", words[0] if words else ""):
        return False
    return words[0] in _STARTS and _CHANGES.isdisjoint(words) and not _calls_unknown(tokens)


def _calls_unknown(tokens: list[tuple[str, str]]) -> bool:
    """Whether a bracket follows something that may be a function, but is not known to be one."""
    pairs = zip([("", ""), *tokens], tokens, strict=False)
    known = _BEFORE_BRACKET | _FUNCTIONS
    called = [before for before, here in pairs if here == ("sign", "(")]
    named = any(kind == "quoted" or (kind == "word" and word not in known) for kind, word in called)
    return named or _of_a_schema(tokens)


def _of_a_schema(tokens: list[tuple[str, str]]) -> bool:
    """Whether a function is named with its schema: any may have one of that name."""
    triples = zip(tokens, tokens[1:], tokens[2:], strict=False)
    return any(dot == ("sign", ".") and end == ("sign", "(") for dot, _, end in triples)
