"""The shape of a shell text: commands, words and redirections, as any grammar gives them."""

from typing import Literal as OneOf

import msgspec


class NotUnderstood(ValueError):
    """A text that is not followed; the rule names the kind, the message says why."""

    def __init__(self, rule: str, why: str) -> None:
        super().__init__(why)
        self.rule = rule


class Unsure(ValueError):
    """A part that may come to several texts; ends a sentence that begins with "The text"."""


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a text."""


class Literal(Node, frozen=True, kw_only=True):
    """Characters after quote removal. Unquoted ones may be patterns (``*?[``)."""

    text: str
    quoted: bool = False


class Parameter(Node, frozen=True, kw_only=True):
    """A variable. With an operation that only cuts or replaces, its words are looked at too."""

    name: str
    quoted: bool = False
    plain: bool = True
    """``$x`` and ``${x}``; false where an operator gives another text than the variable's."""
    words: tuple["Word", ...] = ()


class Substitution(Node, frozen=True, kw_only=True):
    """The output of a command: ``$(…)`` or backquotes."""

    script: "Script"
    quoted: bool = False


class Arithmetic(Node, frozen=True, kw_only=True):
    """``$((…))``. Variables in it are evaluated again, so their values may run code."""

    word: "Word"


class Process(Node, frozen=True, kw_only=True):
    """``<(…)`` or ``>(…)``: a name of a pipe to or from a command."""

    script: "Script"


class Home(Node, frozen=True, kw_only=True):
    """``~`` or ``~user``."""

    user: str = ""


class Opaque(Node, frozen=True, kw_only=True):
    """A piece that may come to any text or any number of words, such as ``${x@P}`` or ``${!x}``.

    Pieces after it in a word show what it holds; commands in them run. ``why`` ends a sentence
    that begins with "The text".
    """

    why: str


type Piece = Literal | Parameter | Substitution | Arithmetic | Process | Home | Opaque


class Word(Node, frozen=True, kw_only=True):
    """A word before expansion; ``source`` is how it was written."""

    pieces: tuple[Piece, ...]
    source: str


class Assignment(Node, frozen=True, kw_only=True):
    """``name=value``. Arrays and elements are an `Opaque` value."""

    name: str
    value: Word
    append: bool = False


type Operator = OneOf["<", ">", ">>", ">|", "<>", "<&", ">&", "&>", "&>>", "<<", "<<<"]


class Redirect(Node, frozen=True, kw_only=True):
    """A redirection; for ``<<`` and ``<<<`` the target is the text itself."""

    operator: Operator
    target: Word
    fd: int | None = None


class Simple(Node, frozen=True, kw_only=True):
    """A command with its words, the assignments before it and its redirections."""

    words: tuple[Word, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    redirects: tuple[Redirect, ...] = ()


class Group(Node, frozen=True, kw_only=True):
    """``{ …; }`` or ``( … )``."""

    body: "Script"
    subshell: bool
    redirects: tuple[Redirect, ...] = ()


class Loop(Node, frozen=True, kw_only=True):
    """``for``, ``while``, ``until``. ``values`` is None where there is no list of words."""

    body: "Script"
    condition: "Script | None" = None
    variable: str = ""
    values: tuple[Word, ...] | None = None
    redirects: tuple[Redirect, ...] = ()


class Branch(Node, frozen=True, kw_only=True):
    """``if`` and ``case``: scripts any of which may run, in their order, and the words compared."""

    scripts: tuple["Script", ...]
    words: tuple[Word, ...] = ()
    redirects: tuple[Redirect, ...] = ()


class Function(Node, frozen=True, kw_only=True):
    """A function that is defined; calling it runs the body."""

    name: str
    body: "Command"


class Test(Node, frozen=True, kw_only=True):
    """``[[ … ]]``: the operands; ``subscript`` where one names a variable (``-v``)."""

    words: tuple[Word, ...]
    subscript: bool = False
    arithmetic: bool = False
    redirects: tuple[Redirect, ...] = ()


class Calculation(Node, frozen=True, kw_only=True):
    """``(( … ))`` and the heads of ``for ((…))``."""

    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...] = ()


type Command = Simple | Group | Loop | Branch | Function | Test | Calculation


class Pipeline(Node, frozen=True, kw_only=True):
    """Commands joined by ``|``; ``after`` is the operator that leads to it."""

    commands: tuple[Command, ...]
    after: OneOf["", "&&", "||"] = ""
    background: bool = False


class Script(Node, frozen=True, kw_only=True):
    """A text: pipelines one after the other."""

    pipelines: tuple[Pipeline, ...] = ()
