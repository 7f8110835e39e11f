"""What tmux is asked to do, in its own words."""

import shlex
from typing import Protocol


class TmuxRefused(RuntimeError):
    """tmux did not do what it was asked to; the message is its own."""


class TmuxGone(RuntimeError):
    """The tmux server does not answer any more."""


class Server(Protocol):
    """A tmux server that carries out commands. Raises TmuxRefused, TmuxGone."""

    async def ask(self, *words: str) -> list[str]: ...


def line_of(words: tuple[str, ...]) -> str:
    """Return one command as a line of control mode; a word that is `;` separates two."""
    return " ".join(word if word == ";" else shlex.quote(word) for word in words)


def literal(text: str) -> str:
    """Return what stays as it is where tmux expands formats and times."""
    return text.replace("#", "##").replace("%", "%%")
