"""Words with what their braces stand for."""

import re
from collections.abc import Iterator
from typing import Final

import brush_parser as brush

from services.policy.syntax.braces import expand
from services.policy.syntax.pieces import parse, word
from services.policy.syntax.reader import Reader
from services.policy.syntax.tree import Opaque, Unsure, Word

_BRACE: Final = re.compile(r"\{.*(?:,|\.\.).*\}", re.DOTALL)


def words(reader: Reader, text: str) -> tuple[Word, ...]:
    if "{" not in text or not _has_braces(text):
        return (word(reader, text),)
    try:
        sources = expand(_parts(reader, text))
    except Unsure as error:
        return (unexpanded(reader, text, str(error)),)
    reader.made(len(sources))
    if reader.shell != "bash" and "" in sources:
        return (unexpanded(reader, text, "has braces that may leave an empty word"),)
    return tuple(word(reader, source) for source in sources if source)


def single(reader: Reader, text: str) -> Word:
    """A word where braces leave shells at odds, such as the target of a redirection."""
    if "{" in text and _has_braces(text):
        return unexpanded(reader, text, "has braces in a place where shells read them differently")
    return word(reader, text)


def unexpanded(reader: Reader, text: str, why: str) -> Word:
    """A word that may come to anything, yet whose parts are looked at."""
    return Word(pieces=(Opaque(why=why), *word(reader, text).pieces), source=text)


def _has_braces(text: str) -> bool:
    plain = (
        each.piece.text for each in parse(text) if isinstance(each.piece, brush.WordPiece.Text)
    )
    return _BRACE.search("".join(plain)) is not None


def _parts(reader: Reader, text: str) -> Iterator[tuple[str, bool]]:
    """Sources of the pieces, and whether braces count in them."""
    if reader.shell == "sh":
        raise Unsure("has braces that only some shells expand")
    before = ""
    for each in parse(text):
        source = text[each.start : each.end]
        plain = isinstance(each.piece, brush.WordPiece.Text)
        # $x{a,b} is $xa and $xb in bash, but not in zsh; ~ beside braces differs as well.
        if plain and ((before.startswith("$") and before[-1].isalnum()) or "~" in source):
            raise Unsure("has braces beside a variable or a ~")
        before = source
        yield source, plain
