"""Lists, pipelines and everything that governs other commands."""

from collections.abc import Iterator
from typing import Literal

import brush_parser as brush
import msgspec
from brush_parser import AndOr
from brush_parser import Command as Raw
from brush_parser import CompoundCommand as Compound

from services.policy.syntax.commands import simple
from services.policy.syntax.conditions import condition
from services.policy.syntax.pieces import document, word
from services.policy.syntax.reader import Reader
from services.policy.syntax.redirects import redirects
from services.policy.syntax.tree import (
    Branch,
    Calculation,
    Command,
    Function,
    Group,
    Loop,
    NotUnderstood,
    Pipeline,
    Redirect,
    Script,
    Test,
)
from services.policy.syntax.words import words

type _After = Literal["", "&&", "||"]
type _Governing = Group | Loop | Branch | Test | Calculation


def pipelines(reader: Reader, raw: brush.CompoundList) -> tuple[Pipeline, ...]:
    return tuple(pipeline for item in raw.items for pipeline in _item(reader, item))


def _item(reader: Reader, item: brush.CompoundListItem) -> Iterator[Pipeline]:
    background = item.separator == brush.SeparatorOperator.Async
    yield _pipeline(reader, item.list.first, background=background)
    for more in item.list.additional:
        match more:
            case AndOr.And(pipeline=raw):
                yield _pipeline(reader, raw, background=background, after="&&")
            case AndOr.Or(pipeline=raw):
                yield _pipeline(reader, raw, background=background, after="||")
            case _:
                raise NotUnderstood("syntax", "The text has an operator of another kind")


def _pipeline(
    reader: Reader, raw: brush.Pipeline, *, background: bool, after: _After = ""
) -> Pipeline:
    commands = tuple(_command(reader, each) for each in raw.seq)
    return Pipeline(commands=commands, after=after, background=background)


def _command(reader: Reader, raw: Raw) -> Command:
    match raw:
        case Raw.Simple(command=command):
            return simple(reader, command)
        case Raw.Compound(command=command, redirects=more):
            return _with(_compound(reader, command), redirects(reader, more))
        case Raw.Function(definition=definition):
            return _function(reader, definition)
        case Raw.ExtendedTest(command=command, redirects=more):
            return _with(condition(reader, command.expr), redirects(reader, more))
        case _:
            raise NotUnderstood("syntax", "The text has a command of another kind")


def _with(command: _Governing, more: tuple[Redirect, ...]) -> _Governing:
    return msgspec.structs.replace(command, redirects=more) if more else command


def _compound(reader: Reader, raw: Compound) -> Group | Loop | Branch | Calculation:
    match raw:
        case Compound.BraceGroup(command=group):
            return Group(body=reader.part(group.list), subshell=False)
        case Compound.Subshell(command=group):
            return Group(body=reader.part(group.list), subshell=True)
        case Compound.Arithmetic(command=sum_):
            return Calculation(words=(document(reader, sum_.expr.value),))
        case Compound.IfClause() | Compound.CaseClause():
            return _branch(reader, raw)
        case Compound.Coprocess():
            raise NotUnderstood("coproc", "The text starts a coprocess")
        case _:
            return _loop(reader, raw)


def _loop(reader: Reader, raw: Compound) -> Loop | Group:
    match raw:
        case Compound.ForClause(command=loop):
            return _for(reader, loop)
        case Compound.WhileClause(command=loop) | Compound.UntilClause(command=loop):
            condition_ = reader.part(loop.condition)
            return Loop(body=reader.part(loop.body.list), condition=condition_)
        case Compound.ArithmeticForClause(command=loop):
            return _counted(reader, loop)
        case _:
            raise NotUnderstood("syntax", "The text has a command of another kind")


def _for(reader: Reader, loop: brush.ForClauseCommand) -> Loop:
    values = None
    if loop.values is not None:
        values = tuple(found for raw in loop.values for found in words(reader, raw.value))
    return Loop(variable=loop.variable_name, values=values, body=reader.part(loop.body.list))


def _counted(reader: Reader, loop: brush.ArithmeticForClauseCommand) -> Loop:
    sums = (loop.initializer, loop.condition, loop.updater)
    heads = Calculation(words=tuple(document(reader, each.value) for each in sums if each))
    condition_ = Script(pipelines=(Pipeline(commands=(heads,)),))
    return Loop(body=reader.part(loop.body.list), condition=condition_)


def _branch(reader: Reader, raw: Compound) -> Branch:
    match raw:
        case Compound.IfClause(command=clause):
            return Branch(scripts=tuple(reader.part(each) for each in _scripts(clause)))
        case Compound.CaseClause(command=clause):
            return _case(reader, clause)
        case _:
            raise NotUnderstood("syntax", "The text has a command of another kind")


def _scripts(clause: brush.IfClauseCommand) -> Iterator[brush.CompoundList]:
    yield from (clause.condition, clause.then)
    for each in clause.elses or ():
        if each.condition:
            yield each.condition
        yield each.body


def _case(reader: Reader, clause: brush.CaseClauseCommand) -> Branch:
    compared = [word(reader, clause.value.value)]
    scripts: list[Script] = []
    for item in clause.cases:
        compared += [word(reader, pattern.value) for pattern in item.patterns]
        scripts += [reader.part(item.cmd)] if item.cmd else []
    return Branch(scripts=tuple(scripts), words=tuple(compared))


def _function(reader: Reader, raw: brush.FunctionDefinition) -> Function:
    body = _with(_compound(reader, raw.body.command), redirects(reader, raw.body.redirects))
    return Function(name=raw.fname.value, body=body)
