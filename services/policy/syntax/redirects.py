"""Redirections: operators and what they lead to."""

from typing import Final

import brush_parser as brush
from brush_parser import IoFileRedirectKind as Kind
from brush_parser import IoFileRedirectTarget as Target
from brush_parser import IoRedirect as Raw

from services.policy.syntax.pieces import document
from services.policy.syntax.reader import Reader
from services.policy.syntax.tree import (
    Literal,
    NotUnderstood,
    Operator,
    Piece,
    Process,
    Redirect,
    Word,
)
from services.policy.syntax.words import single

_OPERATORS: Final[tuple[tuple[Kind, Operator], ...]] = (
    (Kind.Read, "<"),
    (Kind.Write, ">"),
    (Kind.Append, ">>"),
    (Kind.ReadAndWrite, "<>"),
    (Kind.Clobber, ">|"),
    (Kind.DuplicateInput, "<&"),
    (Kind.DuplicateOutput, ">&"),
)


def redirects(reader: Reader, raw: brush.RedirectList | None) -> tuple[Redirect, ...]:
    return tuple(redirect(reader, each) for each in raw.items) if raw else ()


def redirect(reader: Reader, raw: Raw) -> Redirect:
    match raw:
        case Raw.File(fd=fd, kind=kind, target=target):
            return _file(reader, _operator(kind), fd, target)
        case Raw.OutputAndError(target=target, append=append):
            return _to(reader, "&>>" if append else "&>", None, target)
        case Raw.HereString(fd=fd, word=text):
            return _to(reader, "<<<", fd, text)
        case Raw.HereDocument(fd=fd, document=body):
            return _here(reader, fd, body)
        case _:
            raise NotUnderstood("redirection", "The text has a redirection of another kind")


def _operator(kind: Kind) -> Operator:
    return next(text for each, text in _OPERATORS if each == kind)


def _file(reader: Reader, operator: Operator, fd: int | None, target: Target) -> Redirect:
    match target:
        case Target.Filename(word=name) | Target.Duplicate(word=name):
            return _to(reader, operator, fd, name)
        case Target.Fd(fd=number):  # as |& is read; nothing is written out
            return Redirect(operator=operator, target=_word(Literal(text=str(number))), fd=fd)
        case Target.ProcessSubstitution(command=command):
            _note(reader, operator, fd, "")
            piece = Process(script=reader.part(command.list))
            return Redirect(operator=operator, target=_word(piece), fd=fd)
        case _:
            raise NotUnderstood("redirection", "The text has a redirection of another kind")


def _to(reader: Reader, operator: Operator, fd: int | None, raw: brush.Word) -> Redirect:
    _note(reader, operator, fd, reader.source(raw))
    return Redirect(operator=operator, target=single(reader, raw.value), fd=fd)


def _here(reader: Reader, fd: int | None, body: brush.IoHereDocument) -> Redirect:
    _note(reader, "<<", fd, reader.source(body.here_end))
    text = body.doc.value
    word = document(reader, text) if body.requires_expansion else _word(_inert(text), text)
    return Redirect(operator="<<", target=word, fd=fd)


def _inert(text: str) -> Literal:
    return Literal(text=text, quoted=True)


def _word(piece: Piece, source: str = "") -> Word:
    return Word(pieces=(piece,), source=source)


def _note(reader: Reader, operator: Operator, fd: int | None, target: str) -> None:
    reader.redirects.append(("" if fd is None else str(fd), operator, target))
