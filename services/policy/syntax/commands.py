"""Simple commands: their words, the assignments before them and their redirections."""

from collections.abc import Iterator

import brush_parser as brush
from brush_parser import AssignmentName, AssignmentValue
from brush_parser import CommandPrefixOrSuffixItem as Item

from services.policy.syntax.dialects import of_zsh
from services.policy.syntax.pieces import document, value, word
from services.policy.syntax.reader import Reader
from services.policy.syntax.redirects import redirect
from services.policy.syntax.tree import (
    Arithmetic,
    Assignment,
    Literal,
    NotUnderstood,
    Opaque,
    Piece,
    Process,
    Redirect,
    Simple,
    Word,
)
from services.policy.syntax.words import words


def simple(reader: Reader, raw: brush.SimpleCommand) -> Simple:
    _note(reader, raw)
    parts = [part for item in _items(raw) for part in _item(reader, item)]
    found = Simple(
        words=tuple(part for part in parts if isinstance(part, Word)),
        assignments=tuple(part for part in parts if isinstance(part, Assignment)),
        redirects=tuple(part for part in parts if isinstance(part, Redirect)),
    )
    if reader.shell == "zsh":
        of_zsh(found, nested=reader.nested)
        if raw.word_or_name and raw.word_or_name.value.startswith("{"):
            raise NotUnderstood("zsh", "The text has a command that begins with a brace")
    return found


def _items(raw: brush.SimpleCommand) -> Iterator[tuple[Item, bool]]:
    """The parts in their order, and whether an assignment is one there."""
    yield from ((item, True) for item in (raw.prefix.items if raw.prefix else ()))
    if raw.word_or_name:
        yield Item.Word(raw.word_or_name), False
    yield from ((item, False) for item in (raw.suffix.items if raw.suffix else ()))


def _item(reader: Reader, each: tuple[Item, bool]) -> Iterator[Word | Assignment | Redirect]:
    item, before = each
    match item:
        case Item.Word(word=raw):
            yield from words(reader, raw.value)
        case Item.IoRedirect(redirect=raw):
            yield redirect(reader, raw)
        case Item.ProcessSubstitution(command=command):
            yield Word(pieces=(Process(script=reader.part(command.list)),), source="")
        case Item.AssignmentWord(assignment=assignment) if before:
            yield _assignment(reader, assignment, item.word.value)
        case Item.AssignmentWord(assignment=assignment):
            yield from _argument(reader, assignment, item.word.value)
        case _:
            raise NotUnderstood("syntax", "The text has a command of an unknown form")


def _assignment(reader: Reader, raw: brush.Assignment, source: str) -> Assignment:
    match raw.name, raw.value:
        case AssignmentName.VariableName(name=name), AssignmentValue.Scalar(word=text):
            found = value(reader, text.value)
        case AssignmentName.VariableName(name=name), _:
            found = _opaque(reader, raw, source)
        case AssignmentName.ArrayElementName(name=name), _:
            found = _opaque(reader, raw, source)
        case _:
            raise NotUnderstood("syntax", "The text has an assignment of an unknown form")
    return Assignment(name=name, value=found, append=raw.append)


def _argument(reader: Reader, raw: brush.Assignment, source: str) -> tuple[Word, ...]:
    """An argument such as ``if=~/x``, which bash expands as it does an assignment."""
    if not isinstance(raw.name, AssignmentName.VariableName):
        return words(reader, source)
    if not isinstance(raw.value, AssignmentValue.Scalar):
        return (_opaque(reader, raw, source),)
    text = raw.value.word.value
    if reader.shell != "bash" or "~" not in text:
        return words(reader, source)
    name = f"{raw.name.name}{'+=' if raw.append else '='}"
    return (Word(pieces=(Literal(text=name), *value(reader, text).pieces), source=source),)


def _opaque(reader: Reader, raw: brush.Assignment, source: str) -> Word:
    pieces: list[Piece] = [Opaque(why="sets an array or a part of one")]
    if isinstance(raw.name, AssignmentName.ArrayElementName):
        pieces.append(Arithmetic(word=document(reader, raw.name.index)))
    for text in _elements(raw.value):
        pieces += word(reader, text).pieces
    return Word(pieces=tuple(pieces), source=source)


def _elements(raw: AssignmentValue) -> Iterator[str]:
    match raw:
        case AssignmentValue.Scalar(word=text):
            yield text.value
        case AssignmentValue.Array(elements=elements):
            for index, text in elements:
                yield from (each.value for each in (index, text) if each)
        case _:
            raise NotUnderstood("syntax", "The text has an assignment of an unknown form")


def _note(reader: Reader, raw: brush.SimpleCommand) -> None:
    found = [
        item.word for item, _ in _items(raw) if isinstance(item, Item.Word | Item.AssignmentWord)
    ]
    reader.command(tuple(reader.source(each) for each in found))
