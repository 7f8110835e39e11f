"""The notification of macOS. Only its words are tried here: it was never shown on a Mac."""

import pytest
from msgspec.structs import replace

from services.notifier.desktop import SCRIPT, command
from services.notifier.run import wanted
from services.runtime.settings import Notifications
from tests.services.notifier.test_message import ASKED

pytestmark = pytest.mark.pure

HOSTILE = 'x" & (do shell script "touch /tmp/x") & "\n-e y'


def test_the_text_is_an_argument_and_never_part_of_the_script():
    asked = replace(ASKED, principal=HOSTILE, decision=replace(ASKED.decision, summary=HOSTILE))
    words = command(asked)
    assert words[0] == "/usr/bin/osascript"
    assert words[1:7:2] == ["-e", "-e", "-e"]
    assert tuple(words[2:7:2]) == SCRIPT
    text, title = words[7:]
    assert text.startswith("Waiting for you (review): ")
    assert title.startswith("Terminal: ")
    assert "\n" not in text + title


def test_the_command_is_not_shown_on_a_screen_that_may_be_locked():
    assert "touch" not in " ".join(command(ASKED))


@pytest.mark.parametrize(
    ("settings", "platform", "expected"),
    [
        (Notifications(), "darwin", True),
        (Notifications(), "linux", False),
        (Notifications(desktop="off"), "darwin", False),
        (Notifications(slack_channel="C012AB3CD"), "linux", True),
    ],
)
def test_people_are_told_where_it_was_asked_for(settings, platform, expected):
    assert wanted(settings, platform) is expected
