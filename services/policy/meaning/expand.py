"""Words as a shell would expand them, as far as that is known before it does."""

import re
from collections.abc import Iterable

from services.policy.meaning.arithmetic import NUMBER, changed, is_arithmetic
from services.policy.meaning.following import Following
from services.policy.meaning.obeyed import check_obeyed
from services.policy.meaning.state import State
from services.policy.meaning.variable import set_variable
from services.policy.syntax.tree import (
    Arithmetic,
    Home,
    Literal,
    Opaque,
    Parameter,
    Piece,
    Process,
    Substitution,
    Word,
)
from services.policy.value import UNKNOWN, Value

_WILD = re.compile(r"[*?]|\[[^]\s]+\]")
_LONGEST = 16 * 1024
_HIDDEN = "\0"  # stands for a quoted character, which is no part of a pattern


def expand(words: Iterable[Word], state: State, follow: Following) -> tuple[Value, ...]:
    """The arguments that words come to."""
    return tuple(value for word in words for value in _Fields(state, follow).of(word))


def expand_one(word: Word, state: State, follow: Following) -> Value:
    """The text of a word that is not split: of an assignment or a redirection."""
    fields = _Fields(state, follow, splits=False).of(word)
    text = "".join(field.text for field in fields)
    return Value(text, pattern=any(field.pattern for field in fields))


def calculate(words: Iterable[Word], state: State, follow: Following) -> None:
    """Note a doubt about arithmetic on anything but numbers."""
    for word in words:
        for name in changed(word, state):
            set_variable(name, follow, exported=False)
        if not is_arithmetic(word, state):
            expand([word], state, follow)
            text = f"The calculation {word.source} is not about known numbers only."
            follow.found.doubt("arithmetic", text)


class _Fields:
    """The fields of one word."""

    def __init__(self, state: State, follow: Following, *, splits: bool = True) -> None:
        self._state = state
        self._follow = follow
        self._splits = splits
        self._done: list[Value] = []
        self._begun = False
        self._text = self._bare = ""
        self._many = self._pattern = self._alone = False

    def of(self, word: Word) -> list[Value]:
        self._alone = len(word.pieces) == 1
        for piece in word.pieces:
            self._piece(piece)
        self._end()
        return self._done

    def _piece(self, piece: Piece) -> None:
        match piece:
            case Literal():
                self._add(piece.text, quoted=piece.quoted)
            case Parameter():
                self._parameter(piece)
            case Home():
                self._add(_home(piece.user, self._state), quoted=True)
            case _:
                self._run(piece)

    def _run(self, piece: Substitution | Arithmetic | Process | Opaque) -> None:
        match piece:
            case Substitution():
                self._substitute(piece)
            case Arithmetic():
                calculate([piece.word], self._state, self._follow)
                self._add(NUMBER)
            case Process():
                self._follow.script(piece.script, self._state.copy(lasting=False))
                self._add("/dev/fd/63")
            case Opaque():
                self._follow.found.doubt("expansion", f"The text {piece.why}.")
                self._unknown(many=True)

    def _substitute(self, piece: Substitution) -> None:
        side = self._state.copy(lasting=False)
        self._follow.script(piece.script, side)
        names = side.printed if len(piece.script.pipelines) == 1 else None
        # A search may find nothing: what stands beside it would then be a path of its own.
        if names and not self._alone and not (len(names) == 1 and names[0].known):
            names = None
        if names is None or (len(names) > 1 and (piece.quoted or not self._splits)):
            self._unknown(many=not piece.quoted)
            return
        self._all(names, quoted=True)

    def _parameter(self, piece: Parameter) -> None:
        for word in piece.words:
            for value in _Fields(self._state, self._follow).of(word):
                check_obeyed(value, self._follow.found)
        every = piece.name in {"@", "*"}
        if piece.plain and every and self._state.arguments is not None and self._splits:
            self._all(self._state.arguments, quoted=piece.quoted)
        elif piece.plain and not every:
            self._variable(self._state.value(piece.name), quoted=piece.quoted)
        else:
            self._unknown(many=not piece.quoted or every)

    def _all(self, values: Iterable[Value], *, quoted: bool) -> None:
        for index, value in enumerate(values):
            if index:
                self._end()
            self._variable(value, quoted=quoted)

    def _variable(self, value: Value, *, quoted: bool) -> None:
        self._pattern = self._pattern or value.pattern
        self._many = self._many or (value.many and self._splits)
        if quoted:
            self._add(value.text, quoted=True)
        elif UNKNOWN in value.text:
            self._add(value.text)
            self._many = self._splits
        else:
            self._split(value.text)

    def _split(self, text: str) -> None:
        if not self._splits or not self._follow.splits:
            if text:
                self._add(text)
            return
        for index, part in enumerate(text.split()):
            if index or text[0].isspace():
                self._end()
            self._add(part)
        if text[-1:].isspace():
            self._end()

    def _unknown(self, *, many: bool) -> None:
        self._add(UNKNOWN, quoted=True)
        self._many = self._many or (many and self._splits)

    def _add(self, text: str, *, quoted: bool = False) -> None:
        self._begun = True
        if len(self._text) + len(text) > _LONGEST:  # it could double with each assignment
            text = UNKNOWN
            quoted = True
        self._text += text
        self._bare += _HIDDEN * len(text) if quoted else text

    def _end(self) -> None:
        if self._begun:
            pattern = self._pattern or _WILD.search(self._bare) is not None
            self._done.append(Value(self._text, pattern=pattern, many=self._many))
        self._begun = self._many = self._pattern = False
        self._text = self._bare = ""


def _home(user: str, state: State) -> str:
    if user == "+":
        return state.cwd
    if user == "-":
        return UNKNOWN
    return "~" + user if user else state.value("HOME").text
