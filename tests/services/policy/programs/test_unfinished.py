"""What is typed in pieces is judged as the whole that a program would have."""

import pytest
from msgspec.structs import replace

from events.actions import SendKeys, SendText
from services.policy.programs.unfinished import NOT_KNOWN, left_over

pytestmark = pytest.mark.pure


@pytest.fixture
def left(context, rules):
    def after(program: str, *actions: SendText | SendKeys, line: str = "") -> str:
        for action in actions:
            front = replace(context, prompt="running", foreground=program, line=line)
            line = left_over(front, action, rules)
        return line

    return after


def text(typed: str, *, submit: bool = False) -> SendText:
    return SendText(text=typed, submit=submit)


def keys(*names: str) -> SendKeys:
    return SendKeys(keys=names)


@pytest.mark.parametrize(
    ("program", "actions", "line"),
    [
        ("python3", [text("1 +"), text(" 1")], "1 + 1"),
        ("python3", [text("1 + 1", submit=True)], ""),
        ("python3", [text("if x:", submit=True)], "if x:\n"),
        ("python3", [text("if x:", submit=True), text("  y()", submit=True)], "if x:\n  y()\n"),
        ("python3", [text("if x:", submit=True), text("  y()", submit=True), keys("enter")], ""),
        ("python3", [text("1 1", submit=True)], ""),
        ("python3", [text("x"), keys("space"), text("y")], "x y"),
        ("python3", [text("x"), keys("up")], NOT_KNOWN),
        ("python3", [keys("up"), text("x", submit=True)], NOT_KNOWN),
        ("python3", [keys("up", "ctrl_c")], ""),
        ("python3", [keys("left", "home")], ""),
        ("python3", [text("x\ny")], NOT_KNOWN),
        ("psql", [text("select 1", submit=True)], "select 1\n"),
        ("psql", [text("select 1", submit=True), text(";", submit=True)], ""),
        ("psql", [text("select 1; create table x as", submit=True)], " create table x as\n"),
        ("psql", [text("select 'a;", submit=True)], NOT_KNOWN),
        ("psql", [text("\\dt", submit=True)], ""),
        ("less", [text("jj")], ""),
        ("less", [text("/foo")], "/foo"),
        ("less", [text("/foo"), keys("enter")], ""),
        ("less", [text("!id")], "!id"),
        ("less", [text("j!"), text("id")], "!id"),
        ("less", [keys("space", "page_down")], ""),
        ("vim", [text(":!id", submit=True)], ""),
        ("unknown", [text("a"), text("b")], "ab"),
        ("unknown", [keys("f1")], NOT_KNOWN),
        ("python3", [text("x" * 2001)], NOT_KNOWN),
    ],
)
def test_a_line_holds_what_was_not_entered(left, program, actions, line):
    assert left(program, *actions) == line


@pytest.mark.parametrize(
    ("program", "line", "end"),
    [
        ("psql", "drop table x", ";"),
        ("psql", "create table x as\n", "select 1;"),
        ("python3", "__import__('os').system('id')", " "),
        ("python3", "exec", "('x')"),
        ("less", "!rm -r x", "j"),
        ("sqlite3", ".shell rm -r ", "x"),
    ],
)
def test_an_end_is_judged_with_its_beginning(typed, program, line, end):
    assert typed(program, end, line=line).tier != "safe"
    assert typed(program, end, line=NOT_KNOWN).tier != "safe"


def test_a_whole_is_told_to_who_decides(typed):
    decision = typed("psql", ";", line="drop table x")
    assert decision.tier == "dangerous"
    assert "The whole line is 'drop table x;'." in [each.text for each in decision.findings]


def test_a_line_that_was_begun_is_a_command_with_its_end(typed):
    decision = typed("bash", "f /tmp/x", prompt="idle", line="rm -r")
    assert decision.tier == "dangerous"
    assert "delete-tree-temp" in {each.rule for each in decision.findings}
