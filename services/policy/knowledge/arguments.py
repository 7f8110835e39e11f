"""The words after a command's name, told apart: flags, their values and operands."""

from collections.abc import Sequence

import msgspec

from services.policy.knowledge.command import Flag
from services.policy.knowledge.table import Table
from services.policy.value import Value


class Given(msgspec.Struct, frozen=True):
    """A flag as it was given."""

    name: str
    flag: Flag
    values: tuple[Value, ...] = ()


class Arguments:
    """Reads words one after the other.

    `late` are values of flags after an operand: where a program ends its flags there, as many of
    BSD do, they are operands, too.
    """

    def __init__(self, table: Table, words: Sequence[Value]) -> None:
        self.given: list[Given] = []
        self.operands: list[Value] = []
        self.late: list[Value] = []
        self.doubts: list[str] = []
        self._table = table
        self._style = table.command.style
        self._stops = self._style == "first" or bool(table.command.sub)
        self._words = list(reversed(words))
        if table.command.bundle and words and _is_bundle(words[0]):
            self._bundle(self._words.pop().text)
        while self._words:
            self._next(self._words.pop())

    def _next(self, word: Value) -> None:
        if self._table.unsure(word):
            text = word.text
            self.doubts.append(f"{text!r} may stand for a flag; write ./{text} for a file")
        if self._style == "pairs" and "=" in word.text:
            self._long(word)
        elif self._style == "plain" or not self._is_flag(word):
            self._operand(word)
        elif word.text == "--":
            self._end_flags()
        else:
            self._dashed(word)

    def _dashed(self, word: Value) -> None:
        if word.text.startswith("--") or word.text in self._table.flags or self._style == "long":
            self._long(word)
        elif not (self._table.command.count and word.text[1:].isdecimal()):
            self._cluster(word)

    def _is_flag(self, word: Value) -> bool:
        text = word.text
        return (text.startswith("-") and text != "-") or text in self._table.flags

    def _operand(self, word: Value) -> None:
        self.operands.append(word)
        if self._stops:
            self._all_operands()

    def _end_flags(self) -> None:
        flag = self._table.flags.get("--")
        if flag and self._words:
            self.given.append(Given("--", flag))
        self._all_operands()

    def _all_operands(self) -> None:
        self.operands += reversed(self._words)
        self._words = []

    def _long(self, word: Value) -> None:
        name, equals, text = word.text.partition("=")
        flag = self._table.flags.get(word.text) or self._table.flags.get(name)
        if flag is None or (equals and not flag.value and word.text not in self._table.flags):
            self.doubts.append(
                f"flag {name} is not on its list" + (" with a value" if flag else "")
            )
        elif equals and word.text not in self._table.flags:
            self._give(name, flag, msgspec.structs.replace(word, text=text))
        else:
            self._take(word.text, flag)

    def _cluster(self, word: Value) -> None:
        for index, letter in enumerate(word.text[1:], 2):
            flag = self._table.flags.get("-" + letter)
            if flag is None:
                self.doubts.append(f"flag -{letter} is not on its list")
                return
            if flag.value and word.text[index:]:
                self._give(
                    "-" + letter, flag, msgspec.structs.replace(word, text=word.text[index:])
                )
                return
            self._take("-" + letter, flag)

    def _bundle(self, letters: str) -> None:
        for letter in letters:
            flag = self._table.flags.get("-" + letter)
            if flag is None:
                self.doubts.append(f"flag {letter} is not on its list")
            else:
                self._take("-" + letter, flag)

    def _take(self, name: str, flag: Flag) -> None:
        """Note a flag without a value in its own word."""
        if flag.value == "until":
            self.given.append(Given(name, flag, tuple(self._until())))
        elif flag.value == "command":
            self.given.append(Given(name, flag, tuple(self._command())))
        elif not flag.value or flag.attached:
            self.given.append(Given(name, flag))
        else:
            self._values(name, flag, len(flag.value.split()))

    def _values(self, name: str, flag: Flag, count: int) -> None:
        values = self._words[-count:]
        if len(values) < count:
            self.doubts.append(f"flag {name} needs a value")
            return
        del self._words[-count:]
        self.given.append(Given(name, flag, tuple(reversed(values))))
        if self.operands and self._style == "usual":
            self.late += values
        for value in values:
            self._spill(name, value)

    def _spill(self, name: str, value: Value) -> None:
        """A value in a word of its own may come to none or, as a pattern, to several."""
        if value.many:
            self.doubts.append(f"the value of {name} may be no or several words")
        elif value.pattern:
            if self._table.unsure(value):
                self.doubts.append(f"{value.text!r} may come to a flag besides the value of {name}")
            if self._style != "long":
                self.operands.append(value)

    def _give(self, name: str, flag: Flag, value: Value) -> None:
        self.given.append(Given(name, flag, (value,)))

    def _command(self) -> list[Value]:
        """A `;` may end it, as that of fd."""
        words: list[Value] = []
        while self._words:
            word = self._words.pop()
            self._may_end(word)
            if word.text == ";":
                break
            words.append(word)
        return words

    def _may_end(self, word: Value) -> None:
        if word.many:
            self.doubts.append(f"{word.text!r} may be several words, which may end a command in it")

    def _until(self) -> list[Value]:
        words: list[Value] = []
        while self._words:
            word = self._words.pop()
            self._may_end(word)
            if word.text == ";" or (word.text == "+" and words and words[-1].text == "{}"):
                return words
            words.append(word)
        self.doubts.append("a command in it has no end")
        return words


def _is_bundle(word: Value) -> bool:
    return word.text.isalpha() and word.known
