"""What an interactive shell does with a text before its grammar does; no parser knows it."""

import re
from typing import Final

from services.policy.dialect import SHELLS
from services.policy.line import skeleton
from services.policy.syntax.tree import NotUnderstood

_BLANK: Final = re.compile(r"[^\S \t\n]")
_VARIABLE_DESCRIPTOR: Final = re.compile(r"\{\w+\}[<>]|\{\w+\[.*\]\}[<>]")
_RANGE: Final = re.compile(r"<[0-9]*-[0-9]*>")
# A comment, but only where every shell takes it for one; alone it would start nothing.
_INTERPRETER: Final = re.compile(r"\A#!(/[\w./ -]*)(?=\n)")
_QUICK: Final = re.compile(r"^\s*\^", re.MULTILINE)
_EVENT: Final = re.compile(r"!(?![\s=]|\Z)")
# bash lets these be: $! is a process, ${!x} and [!a] have a meaning of their own.
_NOT_IN_BASH: Final = re.compile(r"(?:\$\{|\$|\[(?=![^\]\n]*\]))!")
# The history is searched before the grammar looks, by a reader that only knows these quotes.
_NAIVE_QUOTES: Final = re.compile(r"\\[\s\S]|'[^'\n]*'")


def screen(text: str, shell: str) -> None:
    if shell not in SHELLS:
        raise NotUnderstood("shell", f"The text is for {shell}, whose grammar is not known")
    if _BLANK.search(text):
        raise NotUnderstood("blank", "The text has a blank that shells do not see as one")
    if shell != "fish" and _brings_back(text, shell):
        raise NotUnderstood("history", "The text may bring back a line of the history")
    if _VARIABLE_DESCRIPTOR.search(text):
        raise NotUnderstood("redirection", "The text keeps a descriptor in a variable")
    if shell == "zsh" and _RANGE.search(text):
        raise NotUnderstood("zsh", "The text has a number range of zsh")


def _brings_back(text: str, shell: str) -> bool:
    text = _INTERPRETER.sub(r"# \1", text) if shell != "zsh" else text
    if "!" not in text and "^" not in text:
        return False
    if _QUICK.search(text):
        return True
    # Older shells forget at the end of a line that a quote is open.
    readings = (text,) if "\n" in text else (skeleton(text), _NAIVE_QUOTES.sub(_blanked, text))
    if shell != "zsh":
        readings = (_NOT_IN_BASH.sub("", reading) for reading in readings)
    return any(_EVENT.search(reading) for reading in readings)


def _blanked(found: re.Match[str]) -> str:
    return "\0" * len(found[0])
