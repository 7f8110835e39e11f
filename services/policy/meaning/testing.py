"""``[[ … ]]``: harmless, except where it names a variable or calculates."""

import re

from services.policy.meaning.expand import expand_one
from services.policy.meaning.following import Following
from services.policy.meaning.state import State
from services.policy.syntax.tree import Test

_PLAIN = re.compile(r"-?[A-Za-z]*|-?\d+|[A-Za-z_]\w*|[=!<>&|()]+")


def test(command: Test, state: State, follow: Following) -> None:
    for word in command.words:
        value = expand_one(word, state, follow)
        if (command.subscript or command.arithmetic) and not _is_plain(value.text, state):
            text = f"The test of {word.source} may evaluate a text as an expression."
            follow.found.doubt("arithmetic", text)


def _is_plain(text: str, state: State) -> bool:
    return _PLAIN.fullmatch(text) is not None and (not text.isidentifier() or state.is_number(text))
