"""What is typed is reviewed as code for the program that is in front."""

import pytest

from services.policy.programs.unfinished import NOT_KNOWN

pytestmark = pytest.mark.pure


def rules_of(decision) -> set[str]:
    return {each.rule for each in decision.findings}


def test_a_program_with_a_script_is_not_taken_for_an_interpreter(typed):
    assert typed("python3", "1").tier == "safe"
    assert rules_of(typed("python3", "1", reads_code=False)) == {"not-a-prompt", "typed-text"}


def test_a_program_that_nobody_knows_is_asked_about(typed):
    assert typed("fnord", "1").tier == "review"


def test_the_machine_is_named_where_text_goes(typed):
    decision = typed("ssh", "uptime", host="ann@db1")
    assert decision.tier == "review"
    assert decision.summary.startswith("types 6 characters into ssh on ann@db1 as code for it")
    assert "elsewhere" in rules_of(decision)


def test_paths_on_another_machine_are_not_ours(typed):
    here = typed("bash", "rm /Users/ann/src/x", prompt="idle")
    assert {each.place for each in here.effects} == {"workspace"}
    there = typed("ssh", "rm /Users/ann/src/x", host="db1")
    assert "workspace" not in {each.place for each in there.effects}
    assert there.tier == "dangerous"


def test_a_shell_in_the_shell_reports_nothing_and_is_asked_about(typed):
    assert rules_of(typed("zsh", "ls")) >= {"inner-shell", "typed-text"}


def test_another_user_is_told(typed):
    assert "privilege" in {each.kind for each in typed("sudo", "ls").effects}


@pytest.mark.parametrize("program", ["bash", "python3", "psql", "less", "vim", "ssh", "gdb", "x"])
@pytest.mark.parametrize(
    ("text", "point"),
    [("a\x1b[201~b", "U+001B"), ("\x03", "U+0003"), ("a\u202eb", "U+202E"), ("\u200b", "U+200B")],
)
def test_what_a_terminal_obeys_or_hides_is_blocked_everywhere(typed, program, text, point):
    decision = typed(program, text)
    assert decision.tier == "blocked"
    assert point in decision.findings[0].text


@pytest.mark.parametrize("program", ["bash", "psql", "less", "vim", "ssh", "x"])
def test_our_own_commands_are_blocked_everywhere(typed, program):
    assert typed(program, "eim approve 1").tier == "blocked"


def test_a_shell_escape_that_may_never_run_is_blocked(typed):
    assert typed("psql", "\\! rm -rf /").tier == "blocked"
    assert typed("vim", ":!eim approve 1").tier == "blocked"


@pytest.mark.parametrize("text", ["1\n1", "1\tx", "select 1;\nselect 2;"])
def test_a_line_end_or_a_tab_in_a_text_may_act(typed, text):
    program = "psql" if "select" in text else "python3"
    assert "keys-in-text" in rules_of(typed(program, text))


@pytest.mark.parametrize(
    ("program", "keys", "tier"),
    [
        ("less", ("space", "page_down", "enter", "up"), "safe"),
        ("less", ("ctrl_o",), "review"),
        ("python3", ("up",), "safe"),
        ("python3", ("enter",), "safe"),
        ("python3", ("up", "enter"), "review"),
        ("python3", ("tab",), "review"),
        ("vim", ("esc",), "review"),
        ("bash", ("ctrl_r",), "review"),
        ("bash", ("ctrl_o",), "review"),
        ("ssh", ("enter",), "review"),
        ("x", ("enter",), "review"),
        ("x", ("space",), "review"),
    ],
)
def test_only_keys_that_a_program_takes_for_harmless_are_safe(pressed, program, keys, tier):
    assert pressed(program, *keys).tier == tier


@pytest.mark.parametrize(
    ("program", "line", "tier"),
    [
        ("less", "/foo", "safe"),
        ("less", "!rm -r x", "dangerous"),
        ("less", NOT_KNOWN, "review"),
        ("python3", "1 + 1", "safe"),
        ("python3", "x()", "dangerous"),
        ("psql", "drop table x;", "dangerous"),
        ("psql", NOT_KNOWN, "review"),
        ("fnord", "rm -rf /", "blocked"),
    ],
)
def test_enter_is_judged_by_the_line_that_it_enters(pressed, program, line, tier):
    assert pressed(program, "enter", line=line).tier == tier


def test_enter_at_a_prompt_runs_what_is_there(pressed):
    assert pressed("bash", "enter", prompt="idle", line="rm -r /srv/x").tier == "dangerous"


@pytest.mark.parametrize("text", ["ls", "cat ls", "true; ls -l", "'ls' x"])
def test_a_name_that_was_redefined_is_asked_about(judge, text):
    decision = judge(text, names=("ls",))
    assert (decision.tier, rules_of(decision)) == ("review", {"redefined"})
    assert judge(text, names=("lsx",)).tier == "safe"


def test_more_names_than_can_be_told_leave_no_command_sure(judge):
    assert rules_of(judge("ls", names=("a", "*"))) == {"redefined"}
