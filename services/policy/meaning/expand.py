"""Words as a shell would expand them, as far as that is known before it does."""

from collections.abc import Iterable

from services.policy.meaning.arithmetic import NUMBER, is_arithmetic
from services.policy.meaning.following import Following
from services.policy.meaning.state import State
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

_WILD = frozenset("*?[")


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
        self._now: Value | None = None

    def of(self, word: Word) -> list[Value]:
        for piece in word.pieces:
            self._piece(piece)
        self._end()
        return self._done

    def _piece(self, piece: Piece) -> None:
        match piece:
            case Literal():
                wild = not piece.quoted and not _WILD.isdisjoint(piece.text)
                self._add(piece.text, pattern=wild)
            case Parameter():
                self._parameter(piece)
            case Home():
                self._add(_home(piece.user, self._state))
            case _:
                self._run(piece)

    def _run(self, piece: Substitution | Arithmetic | Process | Opaque) -> None:
        match piece:
            case Substitution():
                self._follow.script(piece.script, self._state.copy(lasting=False))
                self._output(piece)
            case Arithmetic():
                calculate([piece.word], self._state, self._follow)
                self._add(NUMBER)
            case Process():
                self._follow.script(piece.script, self._state.copy(lasting=False))
                self._add("/dev/fd/63")
            case Opaque():
                self._follow.found.doubt("expansion", f"The text {piece.why}.")
                self._add(UNKNOWN, many=True)

    def _output(self, piece: Substitution) -> None:
        if is_pwd(piece) and self._state.cwd != UNKNOWN:
            self._variable(Value(self._state.cwd), piece.quoted)
        else:
            self._add(UNKNOWN, many=not piece.quoted)

    def _parameter(self, piece: Parameter) -> None:
        for word in piece.words:
            _Fields(self._state, self._follow).of(word)
        if piece.plain and piece.name not in {"@", "*"}:
            self._variable(self._state.value(piece.name), piece.quoted)
        else:
            self._add(UNKNOWN, many=not piece.quoted or piece.name in {"@", "*"})

    def _variable(self, value: Value, quoted: bool) -> None:
        if quoted:
            self._add(value.text, pattern=value.pattern)
        elif UNKNOWN in value.text:
            self._add(value.text, many=True)
        else:
            self._split(value)

    def _split(self, value: Value) -> None:
        pattern = value.pattern or not _WILD.isdisjoint(value.text)
        if not self._splits or not self._follow.splits:
            if value.text:
                self._add(value.text, pattern=pattern)
            return
        for index, part in enumerate(value.text.split()):
            if index or value.text[0].isspace():
                self._end()
            self._add(part, pattern=pattern)
        if value.text[-1:].isspace():
            self._end()

    def _add(self, text: str, *, pattern: bool = False, many: bool = False) -> None:
        now = self._now or Value("")
        self._now = Value(
            now.text + text, now.pattern or pattern, now.many or (many and self._splits)
        )

    def _end(self) -> None:
        if self._now is not None:
            self._done.append(self._now)
        self._now = None


def is_pwd(piece: Substitution) -> bool:
    match piece.script.pipelines:
        case [only] if len(only.commands) == 1:
            words = getattr(only.commands[0], "words", ())
            return [word.source for word in words] == ["pwd"]
        case _:
            return False


def _home(user: str, state: State) -> str:
    if user == "+":
        return state.cwd
    if user == "-":
        return UNKNOWN
    return "~" + user if user else state.value("HOME").text
