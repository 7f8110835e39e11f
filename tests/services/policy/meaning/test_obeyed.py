import pytest

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    "text",
    [
        r"echo $'\e]0;x\a'",
        r"ls $'\e]52;c;x'",
        r"x=$'\e[2J'; printf %s $x",
        r"echo ${x:-$'\e]0;x'}",
        r"cat <<< $'\x1b]0;x'",
        r"echo $'\e[8mhidden'",
    ],
)
def test_an_escape_that_only_the_expansion_brings_is_asked_about(judge, text):
    assert judge(text).tier == "review"


@pytest.mark.parametrize("text", [r"echo $'\e[31mred\e[0m'", r"sed $'s/\r//' x", r"cut $'-d\t' x"])
def test_colours_tabs_and_ends_of_lines_are_harmless(judge, text):
    assert judge(text).tier == "safe"
