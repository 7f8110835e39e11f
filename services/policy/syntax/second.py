"""The second opinion: the commands and redirections that a grammar of another make sees.

It comes first. Its time grows with the length of a text, while the main parser's can double with
each bracket of a text that is not valid; and it tells how deep a text is nested.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import dropwhile
from typing import Final

import tree_sitter_bash
import tree_sitter_zsh
from tree_sitter import Language, Node, Parser

from services.policy.dialect import MAX_DEPTH
from services.policy.syntax.reader import Sources
from services.policy.syntax.tree import NotUnderstood

_BASH: Final = Language(tree_sitter_bash.language())
_ZSH: Final = Language(tree_sitter_zsh.language())
GRAMMARS: Final = ", ".join(
    f"tree-sitter-{name} {'.'.join(map(str, language.semantic_version or ()))}"
    for name, language in (("bash", _BASH), ("zsh", _ZSH))
)
_LANGUAGES: Final = {"bash": _BASH, "sh": _BASH, "zsh": _ZSH}
_MAX_CASES: Final = 6  # one inside another: each doubles the time of the main parser
_MAX_MARKS: Final = 1000
_STEPS: Final = 512  # a text of n characters takes about n / 64
_MARK: Final = re.compile(r"[()\[\]{}&|<]")
# A grammar's scanner is C that trusts its input: these texts make it read memory of others.
_MAX_OPEN: Final = 255  # zsh: it counts in one byte, and takes what is over for here-documents
_OPENING: Final = re.compile(r"[({\[\"'`]")
# Both: it looks in a table of 256 whether a digit follows, of a range or of what may be one.
_NO_DIGIT: Final = re.compile(r"\{[0-9]*(?:\.\.[0-9]*)?[^\x00-\xff]")
_GAP: Final = re.compile(rb"((?:[ \t]|\\\n)+)|(\\[\s\S]|[^ \t\\]+)")
_PROCESS: Final = "\0"  # no text holds it
_NESTING: Final = frozenset(
    {
        "subshell", "compound_statement", "command_substitution", "process_substitution",
        "if_statement", "for_statement", "while_statement", "c_style_for_statement",
        "case_statement", "function_definition", "expansion", "arithmetic_expansion",
        "parenthesized_expression", "array", "subscript",
    }
)  # fmt: skip
_STATEMENTS: Final = frozenset(
    {
        "program", "list", "pipeline", "redirected_statement", "do_group", "compound_statement",
        "subshell", "case_item", "command_substitution", "process_substitution", "if_statement",
        "elif_clause", "else_clause", "while_statement", "negated_command", "heredoc_redirect",
        "function_definition",
    }
)  # fmt: skip
_COMMANDS: Final = frozenset({"command", "declaration_command", "unset_command", "test_command"})
_ASSIGNMENTS: Final = frozenset({"variable_assignment", "variable_assignments"})
_REDIRECTS: Final = frozenset({"file_redirect", "heredoc_redirect", "herestring_redirect"})
_JOINED: Final = frozenset({"pipeline", "list", "negated_command", "redirected_statement"})
_TAKEN_APART: Final = frozenset(
    {
        *_COMMANDS, *_ASSIGNMENTS, "binary_expression", "unary_expression",
        "parenthesized_expression",
    }
)  # fmt: skip
# What another shell does not have, or reads in another way than the grammar does.
_FOREIGN: Final = {
    "bash": frozenset[str](),
    "zsh": frozenset({"comment"}),
    "sh": frozenset(
        {
            "[[", "((", "&>", "&>>", "|&", "function", "array", "subscript", "ansi_c_string",
            "herestring_redirect", "process_substitution", "c_style_for_statement", "$[",
        }
    ),
}  # fmt: skip
# What is a keyword to one grammar is the first word of a command to the other.
_KEYWORDS: Final = frozenset({"time", "!"})


class Opinion:
    """What is seen in one text: commands in their order, redirections in any."""

    def __init__(self, text: str, shell: str) -> None:
        _check(text, shell)
        self.redirects: set[Sources] = set()
        self._text = text.encode()
        self._foreign = _FOREIGN[shell]
        self._records: dict[int, list[str]] = {}
        self._later: list[tuple[int, list[str]]] = []
        self._walk(_parse(self._text, shell))
        for owner, words in self._later:
            self._records.setdefault(owner, []).extend(words)

    @property
    def commands(self) -> list[Sources]:
        return [tuple(record) for record in self._records.values() if record]

    def _walk(self, root: Node) -> None:
        rest = [(root, "", 0, 0, 0)]
        while rest:
            node, parent, owner, depth, cases = rest.pop()
            kind = node.type
            depth += kind in _NESTING
            cases += kind == "case_statement"
            if kind in self._foreign:
                raise NotUnderstood(
                    "dialect", f"The text has a form ({kind}) that this shell may not know"
                )
            if depth > MAX_DEPTH or cases > _MAX_CASES:
                raise NotUnderstood("too-deep", "The text is nested too deep")
            self._visit(node, kind, parent, owner)
            if kind not in _REDIRECTS:
                owner = _owner(node) if kind == "redirected_statement" else node.id
            rest += ((child, kind, owner, depth, cases) for child in reversed(node.children))

    def _visit(self, node: Node, kind: str, parent: str, owner: int) -> None:
        if kind in _COMMANDS or (kind in _ASSIGNMENTS and parent in _STATEMENTS):
            self._records[node.id] = self._command(node, kind)
        elif kind in _REDIRECTS:
            self._later.append((owner, self._redirect(node, kind)))

    def _command(self, node: Node, kind: str) -> list[str]:
        if kind == "test_command" and node.children[0].type != "[":
            return []
        words = list(dropwhile(_KEYWORDS.__contains__, self._words(_leaves([node]))))
        return [] if words and words[0].startswith("((") else words

    def _redirect(self, node: Node, kind: str) -> list[str]:
        """Note where it leads to, and return the words of the command that come after it."""
        children = node.children
        number = ""
        if children[0].type == "file_descriptor":
            number, children = self._source(children[0]), children[1:]
        operator, *rest = children
        if kind == "heredoc_redirect":
            self.redirects.add((number, "<<", self._source(rest[0])))
            return self._words(node.children_by_field_name("argument"))
        words = self._words(rest)
        name = operator.type
        if name.endswith("&-"):  # written in one, it closes a descriptor
            name, words = name[:-1], ["-", *words]
        if rest and rest[0].type == "process_substitution":
            words = ["", *words]
        self.redirects.add((number, name, words[0]))
        return words[1:]

    def _words(self, nodes: Iterable[Node]) -> list[str]:
        """The sources between blanks. What lies between two nodes and is no blank counts."""
        words = [""]
        end = None
        for node in nodes:
            for blank, other in _GAP.findall(self._text[end or node.start_byte : node.start_byte]):
                words[-1] += other.decode()
                words += [""] if blank else []
            words[-1] += _PROCESS if node.type == "process_substitution" else self._source(node)
            end = node.end_byte
        return [word for word in words if word not in {"", _PROCESS}]

    def _source(self, node: Node) -> str:
        return self._text[node.start_byte : node.end_byte].decode()


def _check(text: str, shell: str) -> None:
    """Refuse what a grammar cannot hold. It would not say so: it would end the process."""
    if len(_MARK.findall(text)) > _MAX_MARKS:
        raise NotUnderstood(
            "too-complex", f"The text holds more than {_MAX_MARKS} brackets and marks"
        )
    if shell == "zsh" and "<<" in text and len(_OPENING.findall(text)) > _MAX_OPEN:
        raise NotUnderstood(
            "here-document",
            f"The text has a here-document and more than {_MAX_OPEN} brackets and quotes",
        )
    if _NO_DIGIT.search(text):
        raise NotUnderstood("expansion", "The text has a letter in braces that no parser expects")


class _Bounded:
    """Gives a parser its text for a number of steps, so that the answer depends on no clock."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._rest = bytearray()
        self._steps = _STEPS + len(text) // 8

    @property
    def over(self) -> bool:
        return self._steps < 0

    def read(self, offset: int, _point: object) -> bytearray:
        """The rest of the text; a scanner that goes back and forth asks for it again and again.

        The library never lets go of what it is given, so that is the same object each time.
        """
        self._rest[:] = b"" if self._next() else self._text[offset:]
        return self._rest

    def close(self) -> None:
        self._rest.clear()

    def stop(self, _offset: int, _error: object) -> bool:
        return self._next()

    def _next(self) -> bool:
        self._steps -= 1
        return self.over


def _parse(text: bytes, shell: str) -> Node:
    source = _Bounded(text)
    try:
        root = Parser(_LANGUAGES[shell]).parse(source.read, progress_callback=source.stop).root_node
    except ValueError as error:
        raise NotUnderstood("too-complex", "The text takes too long to read") from error
    finally:
        source.close()
    if source.over:
        raise NotUnderstood("too-complex", "The text takes too long to read")
    if root.has_error:
        raise NotUnderstood(
            "syntax", "The text is not valid shell, or not read as such by all parsers"
        )
    return root


def _leaves(nodes: Iterable[Node]) -> Iterator[Node]:
    """The parts of the words of a command.

    A grammar that knows ``[`` has taken them for an expression; the one of zsh takes the word
    after an empty assignment for its value.
    """
    rest = list(nodes)[::-1]
    while rest:
        node = rest.pop()
        if node.type in _TAKEN_APART:
            rest += reversed(node.children)
        elif node.type not in _REDIRECTS:
            yield node


def _owner(node: Node) -> int:
    """The command that words after a redirection belong to; there may be none."""
    while node.type in _JOINED:
        inner = [child for child in node.named_children if child.type not in _REDIRECTS]
        if not inner:
            break
        node = inner[-1]
    return node.id
