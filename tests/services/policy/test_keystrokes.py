import msgspec
import pytest

from events.actions import CloseSession, OpenSession, RunCommand, SendKeys, SendText
from events.review import Context
from services.policy.keystrokes import CannotType, keystrokes

pytestmark = pytest.mark.pure

PLAIN = Context(session_id="s1")
PASTE = msgspec.structs.replace(PLAIN, bracketed_paste=True)


@pytest.mark.parametrize(
    ("action", "place", "typed"),
    [
        (RunCommand(command="ls\npwd"), PASTE, b"\x1b[200~ls\npwd\x1b[201~\r"),
        (RunCommand(command="ls é"), PLAIN, b"ls \xc3\xa9\r"),
        (SendText(text="y"), PASTE, b"\x1b[200~y\x1b[201~"),
        (SendText(text="y", bracketed=False, submit=True), PASTE, b"y\r"),
        (SendText(text="a\nb", submit=True), PLAIN, b"a\nb\r"),
        (
            SendKeys(keys=("up", "f5", "ctrl_z", "enter")),
            PLAIN,
            b"\x1b[A\x1b[15~\x1a\r",
        ),
        (OpenSession(), PLAIN, b""),
        (CloseSession(), PLAIN, b""),
    ],
)
def test_exactly_these_bytes_are_typed(action, place, typed):
    assert keystrokes(action, place) == typed


@pytest.mark.parametrize(
    ("action", "place", "code"),
    [
        (RunCommand(command="a\nb"), PLAIN, "multiline_needs_bracketed_paste"),
        (RunCommand(command="a\tb"), PLAIN, "tab_needs_bracketed_paste"),
        (RunCommand(command="a\x1b[201~b"), PASTE, "ends_paste"),
        (RunCommand(command="\ud800"), PASTE, "not_text"),
        (SendKeys(keys=("hyper",)), PLAIN, "unknown_key"),
    ],
)
def test_text_that_would_arrive_changed_is_not_typed(action, place, code):
    with pytest.raises(CannotType) as refused:
        keystrokes(action, place)
    assert refused.value.code == code
