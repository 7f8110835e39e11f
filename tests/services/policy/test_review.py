import msgspec
import pytest

from events.actions import AdoptSession, CloseSession, OpenSession, RunCommand, SendKeys, SendText
from events.base import Sealed
from services.policy.review import review

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    "text",
    [
        "ls",
        "ls -la *.py | wc -l",
        "cat 'a b' && head -5 notes.txt 2>/dev/null",
        "grep -n 'x | y' main.c; echo done",
        "pwd\nwhoami",
        "wc -l < notes.txt 2>&1",
        "/bin/ls ~/src",
    ],
)
@pytest.mark.parametrize("shell", ["bash", "zsh", "/bin/sh"])
def test_a_read_only_command_at_an_idle_prompt_is_safe(judge, text, shell):
    assert judge(text, shell=shell).tier == "safe"


def test_a_safe_decision_says_what_runs_under_which_policy(judge, rules):
    decision = judge("ls | wc; cat x")
    assert decision.summary == "reads x; ls lists files; wc counts lines and words"
    assert decision.policy_version == rules.version
    assert decision.engine.startswith("policy 2; brush-parser ")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"integration": "none"}, "integration"),
        ({"prompt": "running"}, "prompt"),
        ({"prompt": "unknown"}, "prompt"),
        ({"line": "rm -rf "}, "line"),
        ({"shell": "tcsh"}, "shell"),
        ({"environment": {"LD_PRELOAD": "/x.so"}}, "environment"),
        ({"environment": {"PATH": "(changed)"}}, "environment"),
        ({"environment": {"GIT_EXTERNAL_DIFF": "(changed)", "LANG": "C"}}, "environment"),
    ],
)
def test_a_session_in_another_state_is_asked_about(judge, change, rule):
    decision = judge("ls", **change)
    assert (decision.tier, [each.rule for each in decision.findings]) == ("review", [rule])


def test_a_changed_variable_is_named_with_what_it_decides(judge):
    changed = {"PATH": "(changed)", "IFS": "(changed)", "LANG": "C", "MANPATH": "(changed)"}
    assert [each.text for each in judge("ls", environment=changed).findings] == [
        "IFS was set or changed in this session; it changes how a shell reads a line.",
        "PATH was set or changed in this session; it decides what a name runs.",
    ]


def test_a_variable_that_decides_nothing_leaves_a_command_safe(judge):
    assert judge("ls", environment={"LANG": "C", "TZ": "UTC", "MY_PATH": "x"}).tier == "safe"


@pytest.mark.parametrize(
    "text",
    [
        "cat ~/.ssh/config",
        "cat src/../.env",
        "head /private/etc/shadow",
        "cat ID_RSA",
        "grep x < ~/.aws/credentials",
        "cat .e*",
        "cat /proc/1/environ",
        "cat </dev/tcp/example.com/80",
        "head ~/.ssh/id_rsa | wc",
    ],
)
def test_a_secret_is_not_read_unasked(judge, text):
    assert judge(text).tier == "dangerous"


def test_relative_files_in_a_secret_directory_are_secrets(judge):
    assert judge("cat config", cwd="/Users/ann/.ssh").tier == "dangerous"


@pytest.mark.parametrize("text", ["cat $x", "cat ~/../../etc/shadow", "cat $(ls -l)"])
def test_a_file_that_is_not_known_is_not_read_unasked(judge, text):
    assert judge(text).tier == "review"


@pytest.mark.parametrize("text", ["echo 'a", "ls |", "", "ls \\", "if true; then ls", "fnord"])
def test_what_is_not_understood_is_asked_about_with_a_reason(judge, text):
    decision = judge(text)
    assert decision.tier == "review"
    assert decision.findings


@pytest.mark.parametrize(
    ("char", "point"),
    [("\r", "U+000D"), ("\x1b", "U+001B"), ("\u202e", "U+202E"), ("\ufe0f", "U+FE0F")],
)
def test_a_hidden_character_is_blocked_and_named(judge, char, point):
    decision = judge(f"ls {char}")
    assert decision.tier == "blocked"
    assert point in decision.findings[0].text
    assert char not in decision.summary + decision.findings[0].text


@pytest.mark.parametrize("text", ["x" * 16385, "(" * 33, "ls;" * 257])
def test_over_a_limit_is_blocked(judge, text):
    assert judge(text).tier == "blocked"


@pytest.mark.parametrize("part", ["if ", "! ", "time ", "[[ x ", "coproc "])
def test_deep_nesting_never_reaches_the_parser(judge, part):
    assert judge(part * (16384 // len(part))).tier in {"review", "blocked"}


def test_a_dangerous_command_is_dangerous_wherever_it_starts(judge):
    assert judge("find . -exec rm {} \\; | xargs sudo -u root x").tier == "dangerous"


def test_text_for_a_running_program_is_reviewed_as_code_for_it(context, rules):
    running = msgspec.structs.replace(context, prompt="running", foreground="python3")
    decision = review(running, SendText(text="1+1", submit=True), rules)
    assert decision.tier == "review"
    assert decision.summary == "types 3 characters into python3 as code for it and presses Enter"


@pytest.mark.parametrize("text", ["a\x1b[201~b", "\x03", "eim approve 1", "rm -rf /"])
def test_text_that_must_never_be_typed_is_blocked(context, rules, text):
    assert review(context, SendText(text=text), rules).tier == "blocked"


@pytest.mark.parametrize(
    ("keys", "tier"),
    [
        (("up", "page_down", "ctrl_c"), "safe"),
        (("enter",), "review"),
        (("up", "ctrl_o"), "review"),
        (("up", "hyper"), "blocked"),
    ],
)
def test_only_keys_that_move_or_interrupt_are_safe(context, rules, keys, tier):
    assert review(context, SendKeys(keys=keys), rules).tier == tier


@pytest.mark.parametrize(
    ("action", "tier"),
    [
        (OpenSession(), "safe"),
        (OpenSession(shell="zsh", env={"LC_ALL": "C", "TZ": "UTC"}), "safe"),
        (OpenSession(shell="/opt/zsh"), "review"),
        (OpenSession(env={"LD_PRELOAD": "x"}), "review"),
        (OpenSession(cwd="/opt/\x1b"), "blocked"),
        (OpenSession(name="a\nb"), "blocked"),
        (OpenSession(cwd="~/Library/Application Support/eim"), "blocked"),
        (CloseSession(mode="force"), "safe"),
        (AdoptSession(backend="tmux", target="%3", name="a\tb"), "blocked"),
    ],
)
def test_sessions_open_with_a_known_shell_and_harmless_variables(context, rules, action, tier):
    assert review(context, action, rules).tier == tier


def test_a_person_agrees_to_each_terminal_of_theirs_and_is_told_which(context, rules):
    theirs = msgspec.structs.replace(context, foreground="vim", cwd="/src")
    decision = review(theirs, AdoptSession(backend="tmux", target="%3"), rules)
    assert decision.tier == "review"
    [finding] = decision.findings
    assert "tmux %3, vim in /src" in finding.text


def test_sealed_text_cannot_be_cleared(context, rules):
    sealed = Sealed(key_id="k", nonce=b"", ciphertext=b"")
    assert review(context, RunCommand(command=sealed), rules).tier == "blocked"


def test_a_stricter_default_applies_to_all_that_is_not_safe(context, rules):
    strict = msgspec.structs.replace(rules, default_tier="blocked")
    assert review(context, RunCommand(command="fnord"), strict).tier == "blocked"
    assert review(context, RunCommand(command="ls"), strict).tier == "safe"


def test_what_is_nested_without_end_is_blocked_soon(judge):
    assert judge("sudo " * 3000 + "ls").tier == "blocked"


def test_a_decision_stays_small_enough_to_be_stored(judge):
    rounds = "1 2 3 4 5 6 7 8"
    inner = "cat $a$b x.e?v; rm /$a$b"
    decision = judge(f"for a in {rounds}; do for b in {rounds}; do {inner}; done; done")
    assert decision.tier == "dangerous"
    assert len(decision.effects) <= 64
    assert len(decision.findings) <= 64
    assert {each.rule for each in decision.findings} == {"read-secret", "delete-other"}
