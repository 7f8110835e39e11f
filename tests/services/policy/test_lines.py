import pytest

from services.policy.lines import line_of

pytestmark = pytest.mark.pure

CONTENT = """\
default_tier = "review"
tiers.read.home = "review"

[tiers.write]
workspace = "safe"  # a comment
"temp" = "review"

[ command . "git diff" ]
tier = "review"

[secrets]
patterns = [
  "x",
]
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("default_tier", 1),
        ("tiers.read.home", 2),
        ("tiers.write.workspace", 5),
        ("tiers.write.temp", 6),
        ("command.git diff.tier", 9),
        ("command.git diff", 8),
        ("secrets.patterns", 12),
        ("tiers.write.disk", 4),
        ("tiers", 2),
        ("mode", 0),
    ],
)
def test_the_line_that_says_most_of_a_key_is_found(key, line):
    assert line_of(CONTENT, key) == line
