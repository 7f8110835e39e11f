"""What holds for a whole text while its parts are read."""

from collections.abc import Callable
from typing import Final

import brush_parser as brush

from services.policy.dialect import MAX_COMMANDS, MAX_DEPTH
from services.policy.syntax.tree import NotUnderstood, Pipeline, Script

_MAX_MADE: Final = 1024

type Sources = tuple[str, ...]


class Reader:
    """The shell, the text that positions refer to, and the commands as they are written."""

    def __init__(
        self, shell: str, pipelines: Callable[["Reader", brush.CompoundList], tuple[Pipeline, ...]]
    ) -> None:
        self.shell = shell
        self.commands: list[Sources] = []
        self.redirects: list[Sources] = []
        self._text = ""
        self._pipelines = pipelines
        self._depth = 0
        self._made = 0

    def script(self, text: str) -> Script:
        """Read a text, or one that is inside another."""
        if self._depth > MAX_DEPTH:
            raise NotUnderstood("too-deep", f"The text is nested deeper than {MAX_DEPTH}")
        outer, self._text = self._text, text
        self._depth += 1
        program = guarded(lambda: brush.parse_program(text), "is not valid shell")
        found = [self._pipelines(self, part) for part in program.complete_commands]
        self._depth -= 1
        self._text = outer
        return Script(pipelines=tuple(pipeline for part in found for pipeline in part))

    def part(self, raw: brush.CompoundList) -> Script:
        """Read what the parser has taken apart already."""
        return Script(pipelines=self._pipelines(self, raw))

    @property
    def nested(self) -> bool:
        return self._depth > 1

    def command(self, sources: Sources) -> None:
        """Note a command as it is written."""
        self.commands.append(sources)
        if len(self.commands) > MAX_COMMANDS:
            raise NotUnderstood(
                "too-many-commands", f"The text holds more than {MAX_COMMANDS} commands"
            )

    def made(self, count: int) -> None:
        """Bound the words that braces make: inside one another they multiply."""
        self._made += count
        if self._made > _MAX_MADE:
            raise NotUnderstood(
                "too-complex", f"The text makes more than {_MAX_MADE} words of its braces"
            )

    def source(self, word: brush.Word) -> str:
        """The word as it is written, with the line breaks that the parser takes out."""
        if word.loc is None or "<<" in self._text:  # positions are off behind a here-document
            return word.value
        return self._text[word.loc.start.index : word.loc.end.index]


def guarded[T](read: Callable[[], T], what: str) -> T:
    """Use the parser; some texts make it fail in a way that no program should survive."""
    try:
        return read()
    except ValueError as error:
        raise NotUnderstood("syntax", f"The text {what}: {error}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # its module cannot be imported
            raise
        raise NotUnderstood("syntax", f"The text {what}") from error
