import pytest

from services.policy.blacklist import blacklisted
from services.policy.line import split

pytestmark = pytest.mark.pure

PATTERNS = ("rm -rf /", "sudo rm", "format", "mkfs")
WRAPPERS = {"sudo": "u", "bash": ""}


def hits(text: str) -> list[str]:
    return [each.text for each in blacklisted(split(text), PATTERNS, WRAPPERS)]


@pytest.mark.parametrize(
    "text",
    [
        "rm  -rf   /",
        "rm -r -f '/'",
        "rm -fvr x /",
        "rm --force --recursive /*",
        "rm -rf /usr/..",
        "\\rm -rf /",
        "/bin/RM -rf //",
        "ls; sudo rm x",
        "bash -c 'rm -rf /'",
        "format c:",
        "sudo mkfs.ext4 x",
    ],
)
def test_a_blacklisted_command_is_found_however_it_is_spelled(text):
    assert hits(text)


@pytest.mark.parametrize(
    "text",
    [
        "rm -rf /tmp/x",
        "rm -r /",
        "date --format x",
        "git log format",
        "sudo ls rm",
        "echo 'rm -rf /'",
        "mkfsx",
    ],
)
def test_a_similar_command_is_not_found(text):
    assert not hits(text)


def test_the_finding_names_the_pattern():
    assert hits("sudo rm x") == ["The blacklist forbids 'sudo rm'."]
