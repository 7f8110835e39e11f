"""What a person's side of a view asks for, on a real terminal."""

import os
from collections.abc import Iterator

import pytest

from services.cli.viewing.tty import Tty
from services.cli.viewing.window import Window
from services.contract.view import Output, Redraw, Request, Welcome


@pytest.fixture
def terminal() -> Iterator[int]:
    ends = os.openpty()
    os.set_blocking(ends[1], False)
    yield ends[1]
    for end in ends:
        os.close(end)


@pytest.mark.parametrize("erases", [b"\r\x1b[Jvm# ", b"\x1b[2J", b"\x1b[?1049h", b"\x1bc"])
async def test_a_line_that_a_program_erased_is_asked_for_anew(terminal: int, erases: bytes) -> None:
    asked: list[Request] = []
    window = Window(Tty(terminal), writes=True)
    window.send = asked.append
    window.told(Output(erases))
    assert asked == []  # there is no line yet
    window.told(Welcome(b"s1"))
    window.told(Output(b"hello\r\n\x1b[K"))
    assert asked == []
    window.told(Output(erases))
    assert asked == [Redraw()]
