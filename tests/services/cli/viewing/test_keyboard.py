"""What a person presses, and what their terminal says by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.viewing.keyboard import Command, Keyboard, Keys

pytestmark = pytest.mark.pure
REPLIES = [
    b"\x1b[12;40R",
    b"\x1b[?1;2c",
    b"\x1b[>41;354;0c",
    b"\x1b[0n",
    b"\x1b[?997;1n",
    b"\x1b[?2026;2$y",
    b"\x1b[8;24;80t",
    b"\x1b[?1u",
    b"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
    b"\x1b]10;rgb:ffff/ffff/ffff\x07",
    b"\x1bP>|iTerm2 3.5.11\x1b\\",
    b"\x1bP1+r544e=787465726d\x1b\\",
    b"\x1b_Gi=31;OK\x1b\\",
]
PRESSED = [
    b"a",
    b"\r",
    b"\x1b",
    b"\x1bOP",
    b"\x1b[A",
    b"\x1b[1;5C",
    b"\x1b[3~",
    b"\x1b[15;2~",
    b"\x1b]",
    b"\x1bP",
    b"\x1b_",
    b"\x1bc",
    b"\x1b[<0;10;5M",
    b"\x1b[<64;10;5M",
    b"\x1b[97;5u",
    "ü".encode(),
    b"\x03",
]


def typed(*pieces: bytes) -> tuple[bytes, list[Command]]:
    """The keys that a session gets, and the commands of the view."""
    keyboard = Keyboard()
    deeds = [deed for piece in pieces for deed in keyboard.feed(piece)] + [*keyboard.flush()]
    keys = [deed for deed in deeds if isinstance(deed, Keys)]
    commands = [deed for deed in deeds if not isinstance(deed, Keys)]
    return b"".join(each.data for each in keys if not each.passive), commands


@pytest.mark.parametrize("keys", PRESSED)
def test_a_key_arrives_at_once_as_it_was_pressed(keys: bytes) -> None:
    assert b"".join(deed.data for deed in Keyboard().feed(keys)) == keys


@pytest.mark.parametrize("reply", REPLIES)
def test_what_a_terminal_replies_is_dropped(reply: bytes) -> None:
    assert typed(b"a" + reply + b"b") == (b"ab", [])


@pytest.mark.parametrize("reply", REPLIES[-5:])
def test_a_reply_in_two_pieces_is_dropped_too(reply: bytes) -> None:
    for at in range(3, len(reply)):
        assert typed(reply[:at], reply[at:]) == (b"", [])


@given(st.lists(st.sampled_from([*PRESSED, *REPLIES])))
def test_all_keys_and_no_replies_arrive(sent: list[bytes]) -> None:
    assert typed(*sent) == (b"".join(each for each in sent if each in PRESSED), [])


@pytest.mark.parametrize(
    ("keys", "command"),
    [(b"q", "detach"), (b"t", "take"), (b"r", "give_back"), (b"?", "help"), (b"x", "help")],
)
@pytest.mark.parametrize("prefix", [b"\x1d", b"\x1b[93;5u", b"\x1b[27;5;93~"])
def test_a_key_after_the_prefix_is_a_command(prefix: bytes, keys: bytes, command: Command) -> None:
    assert typed(b"a" + prefix, keys + b"b") == (b"ab", [command])


def test_the_prefix_twice_is_sent_once() -> None:
    assert typed(b"\x1d\x1dq") == (b"\x1dq", [])


def test_a_prefix_that_is_pasted_is_text() -> None:
    pasted = b"\x1b[200~a\x1dq\x1b[201~"
    assert typed(pasted, b"b") == (pasted + b"b", [])
    assert typed(pasted[:8], pasted[8:12], pasted[12:] + b"\x1dq") == (pasted, ["detach"])


@pytest.mark.parametrize("passive", [b"\x1b[I", b"\x1b[O", b"\x1b[<35;10;5M"])
def test_a_window_that_is_looked_at_presses_nothing(passive: bytes) -> None:
    assert list(Keyboard().feed(passive)) == [Keys(passive, passive=True)]


def test_what_looked_like_a_reply_and_is_none_arrives_later() -> None:
    keyboard = Keyboard()
    assert list(keyboard.feed(b"\x1b]1")) == []
    assert keyboard.unfinished
    assert list(keyboard.flush()) == [Keys(b"\x1b]1")]
