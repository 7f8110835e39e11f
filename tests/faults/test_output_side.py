"""What programs print reaches a client as text: no sequence obeyed, nothing concealed unsaid."""

import json
import re
from pathlib import Path

import pytest

from events import codec
from services.words.visible import json_line
from tests.system import System, is_fact

SHOWN = {"overprint", "8-bit controls"}
"""Rows whose payload a person sees: a terminal that reads UTF-8 takes these controls for text."""
INVISIBLE = "characters that are invisible or change the direction of reading"
MOVED = "written over or cleared by moves of the cursor"
LINK = "\x1b]8;;file:///etc/passwd\x07here\x1b]8;;\x07"
TABLE = {
    "title and its report": "\x1b]0;PAYLOAD\x07\x1b]2;PAYLOAD\x1b\\\x1b[20t\x1b[21t",
    "DECRQSS and XTGETTCAP": "\x1bP$qPAYLOAD\x1b\\\x1bP+q5041\x1b\\\x1bP+pPAYLOAD\x1b\\",
    "tmux control mode": "\x1bP1000pPAYLOAD\x1b\\",
    "font": "\x1b]50;PAYLOAD\x07\x1b]50;?\x07\x1bG",
    "questions and reports": "\x1b[c\x1b[>c\x1b[6n\x1b[5n\x1b[?25$p\x1b[?1004h\x1b[?1003h"
    "\x1b[?1004l\x1b[?1003l",
    "clipboard": "\x1b]52;c;UEFZTE9BRA==\x07\x1b]52;c;?\x07",
    "link": LINK,
    "iTerm2": "\x1b]1337;File=name=UEFZ:PAYLOAD\x07\x1b]1337;SetMark\x07"
    "\x1b]1337;CurrentDir=/PAYLOAD\x07",
    "forged marks": "\x1b]133;D;0\x07\x1b]133;A\x07\x1b]7;file:///PAYLOAD\x07",
    "ssh conductor": "\x1b]135;PAYLOAD\x07\x1bP2000pPAYLOAD\x1b\\",
    "pictures": "\x1bPq#0PAYLOAD\x1b\\\x1b_Ga=T;PAYLOAD\x1b\\",
    "8-bit controls": "\u009d0;PAYLOAD\u009c\u009b31mred\u009b0m",
    "overprint": "PAYLOAD\rpayload\nPAYLOAD" + "\b" * 7 + "payload",
    "bells": "\x07" * 50,
}
FLAGGED = {
    "SGR 8": ("\x1b[8mhidden\x1b[0m", "printed invisibly"),
    "30;40": ("\x1b[30;40mhidden\x1b[0m", "printed in the colour of its background"),
    "one colour": ("\x1b[38;5;7;48;5;7mhidden\x1b[0m", "printed in the colour of its background"),
    "clearing": ("hidden\n\x1b[2J\x1b[H", MOVED),
    "cursor": ("hidden\n\x1b[1A\x1b[2Kshown\n", MOVED),
    "other screen": ("shown\x1b[?1049hhidden\x1b[?1049l", MOVED),
    "bidi": ("a\u202eb\u202c", INVISIBLE),
    "zero width": ("a\u200bb", INVISIBLE),
    "tags": ("a\U000e0041\U000e0042", INVISIBLE),
    "picture": ("\x1bPq#0;2;0;0;0\x1b\\", "a picture"),
}  # fmt: skip
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u200b\U000e0000-\U000e007f]")
DRAWN = re.compile(r"\x1b(?:\[[\d;:?]*[A-Za-z@`]|[78cDEHM]|\([0AB])")


async def printed(running: System, tmp_path: Path, text: str):
    """Have a program print a text on a terminal; return all that a client gets to see of it."""
    page = tmp_path / "page"
    page.write_text(text, newline="")
    async with running.client() as assistant:
        session = await assistant.session()
        ran = await assistant.run(session, f"cat {page}; echo; echo end")
        read = [
            await assistant.call("read_output", command_id=ran["command_id"]),
            await assistant.call("read_screen", session_id=session),
            await assistant.call("read_screen", session_id=session, format="ansi"),
        ]
        cast = await assistant.client.read_resource(f"term://sessions/{session}/recording.cast")
        output = await assistant.client.read_resource(f"term://commands/{ran['command_id']}/output")
        end = await running.until(is_fact("ToolCallCompleted", call_id=ran["command_id"]))
    return ran, read, cast.contents[0].text, output.contents[0].text, end


def strings(value):
    """All texts in a result."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in strings(each)]
    if isinstance(value, list):
        return [text for each in value for text in strings(each)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("row", TABLE)
async def test_a_client_is_given_no_sequence_that_a_terminal_obeys(
    running: System, tmp_path: Path, row: str
) -> None:
    ran, (output, screen, ansi), cast, resource, end = await printed(running, tmp_path, TABLE[row])
    told = [*strings(ran), *strings(output), *strings(screen), resource]
    assert not [text for text in told if OBEYED.search(text)]
    assert not OBEYED.search(json_line(codec.encode(end.event)))
    assert "end" in ran["untrusted_output"]["head"]
    played = [ansi["untrusted_output"]["text"]]
    played += [each[2] for each in map(json.loads, cast.splitlines()[1:]) if each[1] == "o"]
    for text in played:
        assert "PAYLOAD" not in text or row in SHOWN
        assert not re.search(r"[\x1b\x80-\x9f]", DRAWN.sub("", text)), text


@pytest.mark.parametrize("row", FLAGGED)
async def test_what_a_person_does_not_see_is_flagged(
    running: System, tmp_path: Path, row: str
) -> None:
    text, how = FLAGGED[row]
    ran, (output, *_), _, _, end = await printed(running, tmp_path, text)
    assert how in ran["untrusted_output"]["concealed"]
    assert how in output["untrusted_output"]["concealed"]
    assert how in end.event.output.concealed


async def test_text_that_hides_nothing_is_not_flagged(running: System, tmp_path: Path) -> None:
    plain = "\x1b[1;31mred\x1b[0m on \x1b[44mblue\x1b[49m, 50 %\r100 % é 👩‍💻\n"
    ran, read, *_ = await printed(running, tmp_path, plain)
    assert not [each for each in (ran, *read) if "concealed" in each["untrusted_output"]]


async def test_a_screen_says_that_something_on_it_is_invisible(
    running: System, tmp_path: Path
) -> None:
    _, (_, screen, ansi), *_ = await printed(running, tmp_path, "\x1b[8mhidden\x1b[0m\n")
    assert "hidden" in screen["untrusted_output"]["text"]
    for each in (screen, ansi):
        assert each["untrusted_output"]["concealed"] == ["printed invisibly"]
