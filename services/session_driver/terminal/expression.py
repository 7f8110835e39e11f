"""Regular expressions of strangers, searched in a time that grows with the text and no faster.

RE2 never goes back in the text, so no expression can stop the loop; a deadline in a thread could
not stop the search itself. It has no look-around and no back-references.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# re2 ships no types; the signature of `expression` is the typed border.

from collections.abc import Callable

MEMORY = 1_048_576
"""Bytes that one compiled expression may take."""


class BadExpression(ValueError):
    """RE2 does not take the expression; the message says why."""


def expression(pattern: str) -> Callable[[str], bool]:
    """Return what tells whether a line matches somewhere. Raises BadExpression."""
    import re2  # a library that only a wait for a pattern needs

    options = re2.Options()
    options.max_mem, options.log_errors = MEMORY, False
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        raise BadExpression(error.args[0].decode(errors="replace")) from error
    return lambda line: compiled.search(line) is not None
