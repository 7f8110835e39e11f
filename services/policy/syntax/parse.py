"""A text as the session's shell will read it, or the reason why that is not known."""

from collections.abc import Iterable
from typing import Final

import brush_parser as brush

from services.policy.syntax.compound import pipelines
from services.policy.syntax.plain import plain
from services.policy.syntax.reader import Reader, Sources
from services.policy.syntax.screen import screen
from services.policy.syntax.second import GRAMMARS, Opinion
from services.policy.syntax.tree import NotUnderstood, Script

PARSERS: Final = f"brush-parser {brush.BRUSH_PARSER_VERSION}, {GRAMMARS}"


def parse(text: str, shell: str) -> Script:
    """Raise NotUnderstood for whatever the session's shell may read in another way."""
    screen(text, shell)
    if shell == "fish":
        return plain(text)
    opinion = Opinion(text, shell)  # before the main parser, which it protects
    reader = Reader(shell, pipelines)
    script = reader.script(text)
    if _same(reader.commands) != _same(opinion.commands):
        raise NotUnderstood(
            "parsers-disagree", "The text has commands that two parsers read differently"
        )
    if set(_same(reader.redirects)) != set(_same(opinion.redirects)):
        raise NotUnderstood(
            "parsers-disagree", "The text has redirections that two parsers read differently"
        )
    return script


def _same(found: Iterable[Sources]) -> list[Sources]:
    """Commands in a form that does not depend on the parser.

    One parser takes line continuations out of words. A word that braces multiply is read several
    times, so commands inside it are as well. What is expanded in a here-document comes later in
    the text than the operator, and each parser reports it at another place: hence sorted.
    """
    return sorted({tuple(word.replace("\\\n", "") for word in each) for each in found if each})
