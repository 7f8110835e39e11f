"""The second opinion: a real bash grammar must see the very same commands."""

from collections.abc import Iterator
from typing import Final

import brush_parser as brush

from services.policy.concern import Concern
from services.policy.line import Line

PARSER: Final = f"brush-parser {brush.BRUSH_PARSER_VERSION}"

type _Commands = list[tuple[tuple[str, ...], tuple[str, ...]]]


class _NotPlain(Exception):
    """The text holds more than simple commands joined by operators."""


def disagreements(text: str, line: Line) -> Iterator[Concern]:
    try:
        theirs = [pair for part in _program(text) for pair in _list(part)]
    except ValueError as error:
        yield Concern("review", "syntax", f"This is not valid shell: {error}.")
        return
    except _NotPlain as error:
        yield Concern("review", "not-plain", f"The text holds {error}.")
        return
    ours = [
        (each.argv, tuple(redirect.target.text for redirect in each.redirects))
        for each in line.segments
    ]
    if ours != theirs:
        yield Concern("review", "parsers-disagree", "Two parsers read this text differently.")


def _program(text: str) -> tuple[brush.CompoundList, ...]:
    return brush.parse_program(text).complete_commands


def _list(commands: brush.CompoundList) -> _Commands:
    found: _Commands = []
    for item in commands.items:
        if item.separator == brush.SeparatorOperator.Async:
            raise _NotPlain("a command in the background")
        for pipeline in (item.list.first, *map(_next, item.list.additional)):
            found += [_command(command) for command in _pipeline(pipeline)]
    return found


def _next(more: brush.AndOr) -> brush.Pipeline:
    match more:
        case brush.AndOr.And() | brush.AndOr.Or():
            return more.pipeline
        case _:
            raise _NotPlain("an operator of another kind")


def _pipeline(pipeline: brush.Pipeline) -> tuple[brush.Command, ...]:
    if pipeline.timed is not None or pipeline.bang:
        raise _NotPlain("a keyword before a pipeline")
    return pipeline.seq


def _command(command: brush.Command) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not isinstance(command, brush.Command.Simple):
        raise _NotPlain("a loop, a condition, a group or a function")
    simple = command.command
    words = [simple.word_or_name] if simple.word_or_name else []
    targets: list[brush.Word] = []
    for part in (simple.prefix, simple.suffix):
        for item in part.items if part else ():
            match item:
                case brush.CommandPrefixOrSuffixItem.Word():
                    words.append(item.word)
                case brush.CommandPrefixOrSuffixItem.IoRedirect():
                    targets.append(_target(item.redirect))
                case _:
                    raise _NotPlain("an assignment or a process substitution")
    return tuple(map(_text, words)), tuple(map(_text, targets))


def _target(redirect: brush.IoRedirect) -> brush.Word:
    match redirect:
        case brush.IoRedirect.File(target=brush.IoFileRedirectTarget.Filename(word=word)):
            return word
        case brush.IoRedirect.File(target=brush.IoFileRedirectTarget.Duplicate(word=word)):
            return word
        case _:
            raise _NotPlain("a redirection of another kind")


def _text(word: brush.Word) -> str:
    return "".join(_piece(part.piece) for part in brush.parse_word(word.value))


def _piece(piece: brush.WordPiece) -> str:
    match piece:
        case brush.WordPiece.Text() | brush.WordPiece.SingleQuotedText():
            return piece.text
        case brush.WordPiece.EscapeSequence():
            return piece.text[1:].removeprefix("\n")
        case brush.WordPiece.DoubleQuotedSequence():
            return "".join(_piece(part.piece) for part in piece.pieces)
        case brush.WordPiece.TildeExpansion(expr=brush.TildeExpr.Home()):
            return "~"
        case _:
            raise _NotPlain("a word that is not literal")
