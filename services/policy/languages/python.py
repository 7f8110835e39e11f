"""Lines of Python: which of them only show a value, and which an interpreter still waits to end."""

import ast
import codeop
import warnings
from typing import Final

_LONGEST: Final = 500
# Names that an interpreter takes for commands, and the one by which debuggers do.
_COMMANDS: Final = frozenset({"exit", "quit", "help", "license", "credits", "copyright", "clear"})
_ARITHMETIC: Final = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod)
_SIGNS: Final = (ast.UAdd, ast.USub, ast.Not)


def only_shows(text: str) -> bool:
    """Whether a line does no more than to show a literal, a sum or what a name stands for.

    Attributes, subscripts and operators on other things call what the session may have defined.
    """
    if len(text) > _LONGEST or "\n" in text.strip("\n"):
        return False
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return _shows(tree.body)


def open_part(text: str) -> str:
    """Return what an interpreter keeps of entered lines, because more must come; often ""."""
    try:
        with warnings.catch_warnings(action="ignore"):
            unfinished = codeop.compile_command(text.removesuffix("\n"), symbol="single") is None
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
        return ""  # it is refused as a whole
    return text if unfinished else ""


def _shows(node: ast.expr) -> bool:
    match node:
        case ast.Name(id=name):
            return name not in _COMMANDS
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return all(map(_shows, parts))
        case ast.Constant():
            return True
        case _:
            return _is_number(node)


def _is_number(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=value):
            return isinstance(value, int | float | complex)
        case ast.UnaryOp(op=op, operand=operand):
            return isinstance(op, _SIGNS) and _is_number(operand)
        case ast.BinOp(left=left, op=op, right=right):
            return isinstance(op, _ARITHMETIC) and _is_number(left) and _is_number(right)
        case ast.Compare(left=left, comparators=others):
            return _is_number(left) and all(map(_is_number, others))
        case _:
            return False
