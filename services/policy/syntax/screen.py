"""What an interactive shell does with a text before its grammar does; no parser knows it."""

import re
from typing import Final

from services.policy.dialect import SHELLS
from services.policy.line import skeleton
from services.policy.syntax.tree import NotUnderstood

_BLANK: Final = re.compile(r"[^\S \t\n]")
# A comment, but only where every shell takes it for one; alone it would start nothing.
_INTERPRETER: Final = re.compile(r"\A#!(/[\w./ -]*)(?=\n)")
_QUICK: Final = re.compile(r"^\s*\^", re.MULTILINE)
_EVENT: Final = re.compile(r"!(?![\s=]|\Z)")
# bash lets these be: $! is a process, ${!x} and [!a] have a meaning of their own.
_NOT_IN_BASH: Final = re.compile(r"(?:\$\{|\$|\[(?=![^\]\n]*\]))!")
# The history is searched before the grammar looks, by a reader that only knows these quotes.
_NAIVE_QUOTES: Final = re.compile(r"\\[\s\S]|'[^'\n]*'")
# What parsers and shells read differently, by experience: the rule, and what the text has.
_READ_DIFFERENTLY: Final = (
    (r"\{\w+\}[<>]|\{\w+\[.*\]\}[<>]", "redirection", "keeps a descriptor in a variable"),
    (r"[<>][0-9]+[<>]", "redirection", "has redirections that run into each other"),
    (r"\$\{[^}]*[<>]\(", "expansion", "may start a process inside an expansion"),
)
_BY_ZSH: Final = (
    (r">&[0-9-]+&?>", "zsh", "has redirections that zsh reads in its own way"),
    (r"<[0-9]*-[0-9]*>", "zsh", "has a number range of zsh"),
    (r"\$\{[^}]*(?<!\$)\{", "zsh", "has a brace that zsh counts inside an expansion"),
)


def screen(text: str, shell: str) -> None:
    if shell not in SHELLS:
        raise NotUnderstood("shell", f"The text is for {shell}, whose grammar is not known")
    if _BLANK.search(text):
        raise NotUnderstood("blank", "The text has a blank that shells do not see as one")
    if shell != "fish" and _brings_back(text, shell):
        raise NotUnderstood("history", "The text may bring back a line of the history")
    for pattern, rule, what in _READ_DIFFERENTLY + (_BY_ZSH if shell == "zsh" else ()):
        if re.search(pattern, text):
            raise NotUnderstood(rule, f"The text {what}")


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
