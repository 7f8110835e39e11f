"""The state machine of OSC 133: from marks that a shell prints to prompts and exit codes."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from iterm2 import api_pb2 as api

from tests.iterm2_server.grid import Grid
from tests.iterm2_server.marks import Mark, Point, span

OTHER_PROMPTS = ("s", "c", "r")
type Tell = Callable[[api.PromptNotification], None]


@dataclass
class Prompts:
    """The prompts of one session; `tell` hears of each of them, `ran` of each command."""

    grid: Grid
    tell: Tell
    ran: Callable[[str], None]
    directory: str = ""
    in_command: bool = False
    _marks: list[Mark] = field(default_factory=list[Mark])
    _other: Point | None = None

    def marks(self) -> list[Mark]:
        """Return those whose lines are still there, oldest first."""
        self._marks = [mark for mark in self._marks if mark.at[1] >= self.grid.overflow]
        return self._marks

    def news(self, body: str) -> None:
        """Take what stands behind `133;`."""
        kind, *fields = body.split(";")
        named = dict(part.split("=", 1) for part in fields if "=" in part)
        positional = [part for part in fields if "=" not in part]
        if kind in ("A", "N", "P"):
            self._prompt(kind, named)
        elif kind == "B":
            self._input(named.get("aid", ""))
        elif kind == "C" and self.in_command:
            self._command()
        elif kind == "D" and fields:
            self._end(_code(positional), named.get("aid", ""))

    def _prompt(self, kind: str, named: dict[str, str]) -> None:
        if named.get("k") in OTHER_PROMPTS:
            self._other = self.grid.cursor
            return
        if kind != "P" and self.grid.cursor[0]:
            self.grid.feed(b"\r\n")
        self.in_command = False
        line = (0, self.grid.cursor[1])
        marks = self.marks()
        same = [mark for mark in marks if mark.at[1] == line[1] and mark.command is None]
        if same:
            marks.remove(same[-1])
        mark = same[-1] if same else Mark(line, line)
        mark.aid, mark.directory = named.get("aid", ""), self.directory
        marks.append(mark)

    def _input(self, aid: str) -> None:
        here = self.grid.cursor
        marks = self.marks()
        if self._other is not None:
            if marks:
                marks[-1].excluded.append((self._other, here))
            self._other = None
            return
        self.in_command = True
        if not marks:
            return
        mark = marks[-1]
        mark.end = mark.command_start = mark.command_end = here
        mark.aid = aid or mark.aid
        told = api.PromptNotificationPrompt(prompt=self.describe(mark, ranges=False))
        self.tell(api.PromptNotification(prompt=told, unique_prompt_id=mark.id))

    def _command(self) -> None:
        self.in_command = False
        mark, (x, y) = self._last(), self.grid.cursor
        text = ""
        if mark is not None and mark.command_start:
            text = self.grid.text(mark.command_start, (x, y)).strip()
        if mark is not None and text:
            mark.command, mark.command_end = text, (x, y)
            mark.output = (0, y + 1) if x else (0, y)
        self.ran(text)
        started = api.PromptNotificationCommandStart(command=text)
        self._say(api.PromptNotification(command_start=started), mark)

    def _end(self, code: int, aid: str) -> None:
        marks = self.marks()
        if self.in_command:
            self.in_command = False
            if marks:
                marks.pop()
            return
        known = [mark for mark in marks if aid and mark.aid == aid]
        mark = next(iter(known or [mark for mark in marks[::-1] if mark.command]), None)
        if mark is not None:
            mark.code = code
        ended = api.PromptNotificationCommandEnd(status=code)
        self._say(api.PromptNotification(command_end=ended), mark)

    def _say(self, notice: api.PromptNotification, mark: Mark | None) -> None:
        if mark is not None:
            notice.unique_prompt_id = mark.id
        self.tell(notice)

    def _last(self) -> Mark | None:
        return next(iter(self.marks()[-1:]), None)

    def find(self, prompt_id: str) -> Mark | None:
        """Return the prompt of this id, or the last one where none is asked for."""
        marks = self.marks()
        if not prompt_id:
            return self._last()
        return next((mark for mark in marks if mark.id == prompt_id), None)

    def describe(self, mark: Mark, *, ranges: bool = True) -> api.GetPromptResponse:
        cursor = self.grid.cursor
        start = mark.command_start or mark.end
        editing = mark.command is None and self.in_command and mark is self._last()
        command_end = cursor if editing else mark.command_end or start
        said = api.GetPromptResponse(
            status=api.GetPromptResponse.OK,
            prompt_range=span(mark.at, mark.end),
            command_range=span(start, command_end),
            output_range=span(mark.output or cursor, cursor),
            working_directory=mark.directory,
            command=self.grid.text(start, cursor) if editing else mark.command or "",
            prompt_state=mark.state,
            unique_prompt_id=mark.id,
        )
        if mark.code is not None:
            said.exit_status = mark.code & 0xFFFFFFFF
        if ranges:
            said.excluded_subranges.extend(span(*pair) for pair in mark.excluded)
        return said

    def resize(self, size: tuple[int, int]) -> None:
        """Resize the grid; the marks go where their lines go."""
        marks = self.marks()
        places = self.grid.resize(size, [point for mark in marks for point in mark.points()])
        for mark in marks:
            count = len(mark.points())
            mark.move(places[:count])
            places = places[count:]


def _code(positional: list[str]) -> int:
    numbers = [part for part in positional if re.fullmatch(r"-?\d{1,9}", part)]
    return int(numbers[0]) if numbers else 0
