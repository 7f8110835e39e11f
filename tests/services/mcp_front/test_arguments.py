"""Arguments are read leniently and refused precisely."""

import pytest

from services.mcp_front.arguments import parse
from services.mcp_front.refusals import Refusal
from services.mcp_front.tools.interrupt_command import Arguments as Interrupt
from services.mcp_front.tools.open_session import Arguments as Open
from services.mcp_front.tools.read_output import Arguments as Read
from services.mcp_front.tools.read_screen import Arguments as Screen
from services.mcp_front.tools.run_command import Arguments as Run
from services.mcp_front.tools.send_keys import Arguments as Keys
from services.mcp_front.tools.send_text import Arguments as Text
from services.mcp_front.tools.wait_command import Arguments as Wait

pytestmark = pytest.mark.pure


def refused(arguments: type, given: dict[str, object]) -> tuple[str, str, tuple[str, ...]]:
    with pytest.raises(Refusal) as caught:
        parse(arguments, given)
    return caught.value.code, caught.value.message, caught.value.valid


def test_numbers_and_truth_values_may_come_as_strings() -> None:
    given = parse(Run, {"session_id": "s1", "command": "ls", "wait_ms": "500"})
    assert given == Run(session_id="s1", command="ls", wait_ms=500)
    assert parse(Text, {"session_id": "s1", "text": "x", "submit": "true"}).submit is True


def test_lists_and_objects_may_come_as_json_in_a_string() -> None:
    assert parse(Keys, {"session_id": "s1", "keys": '["esc", "up"]'}).keys == ("esc", "up")
    assert parse(Open, {"env": '{"A": "1"}'}).env == {"A": "1"}


def test_text_that_looks_like_json_stays_text() -> None:
    assert parse(Text, {"session_id": "s1", "text": "[1]"}).text == "[1]"
    assert parse(Run, {"session_id": "s1", "command": "true"}).command == "true"


def test_null_means_not_given() -> None:
    assert parse(Interrupt, {"command_id": "c1", "signal": None}).signal == "ctrl_c"


def test_an_unknown_argument_is_named_with_the_known_ones() -> None:
    code, message, valid = refused(Interrupt, {"comand_id": "c1"})
    assert (code, valid) == ("unknown_argument", ("command_id", "signal"))
    assert message == "There is no argument 'comand_id'. Did you mean 'command_id'?"


@pytest.mark.parametrize(
    ("given", "message", "valid"),
    [
        ({}, "There is no command_id in this call.", ()),
        ({"command_id": 7}, "command_id: Expected `str`, got `int`.", ()),
        (
            {"command_id": "c1", "signal": "kill"},
            "signal: Invalid enum value 'kill'.",
            ("ctrl_backslash", "ctrl_c", "ctrl_d", "ctrl_z"),
        ),
    ],
)
def test_a_bad_value_is_named_with_what_is_valid(
    given: dict[str, object], message: str, valid: tuple[str, ...]
) -> None:
    assert refused(Interrupt, given) == ("invalid_arguments", message, valid)


def test_what_is_missing_is_named_and_all_that_is_required() -> None:
    with pytest.raises(Refusal) as caught:
        parse(Run, {"reason": "look", "session_id": None})
    assert caught.value.message == "There is no session_id and no command in this call."
    assert caught.value.next_step == (
        "Nothing was done. Call again with what is required: session_id, command."
    )


def test_a_bad_item_of_a_list_is_found() -> None:
    _, message, _ = refused(Keys, {"session_id": "s1", "keys": ["esc", 1]})
    assert message == "keys[1]: Expected `str`, got `int`."


@pytest.mark.parametrize("session_id", ["", "_", "s1.x", "*", ">", "s 1", "s1\n", "x" * 65])
def test_an_id_that_could_change_the_subject_it_goes_into_is_refused(session_id: str) -> None:
    code, _, _ = refused(Run, {"session_id": session_id, "command": "ls"})
    assert code == "invalid_arguments"


@pytest.mark.parametrize(
    ("tool", "given", "told"),
    [
        (Open, {"cols": 5}, "Expected `int` >= 20. It takes a whole number from 20 to 500."),
        (Open, {"rows": 201}, "It takes a whole number from 5 to 200."),
        (Open, {"rows": "many"}, "It takes a whole number from 5 to 200."),
        (Wait, {"command_id": "c1", "wait_ms": -1}, "It takes a whole number from 0 to 45000."),
        (Read, {"from_line": -1}, "It takes a whole number of at least 0."),
    ],
)
def test_a_number_out_of_its_range_is_told_the_whole_range(tool, given, told) -> None:
    _, message, _ = refused(tool, given)
    assert message.endswith(told)


@pytest.mark.parametrize(
    ("tool", "field"), [(Screen, "session_id"), (Interrupt, "command_id"), (Read, "command_id")]
)
def test_an_id_is_described_in_words(tool, field: str) -> None:
    _, message, _ = refused(tool, {field: "s.1"})
    assert message == (
        f"{field}: An id is 1 to 64 letters, digits, hyphens and underscores, and starts with a "
        "letter or a digit. Take it from an earlier answer."
    )


def test_a_list_that_is_no_json_is_refused_as_text() -> None:
    _, message, _ = refused(Keys, {"session_id": "s1", "keys": "esc"})
    assert message == "keys: Expected `array`, got `str`."
