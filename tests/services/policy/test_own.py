import msgspec
import pytest

from events.actions import RunCommand
from services.policy.review import review

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    "text",
    [
        "eim approve 1",
        "EIM approve 1",
        "~/.local/bin/eim approve",
        "e'i'm approve",
        "\\eim approve",
        "true && nats stream ls",
        "sudo -u ann eim approve",
        "env -i A=1 eim approve",
        "xargs -n 1 eim",
        "bash -c 'ls; eim approve'",
        "sh -c eim",
        "zsh -lc \"sh -c 'eim x'\"",
        'echo "$(eim approve)"',
        "echo `nats pub x`",
        "find . -exec nats pub x \\;",
        "timeout 5s nats pub x",
        "if true; then eim x; fi",
        "(nats-server &)",
        "x=1 enhanced-iterm-mcp approve",
        "cat ~/Library/Application\\ Support/eim/key",
        "cat ~/../ann/Library/'Application Support'/eim/key",
        "rm -r /users/ann/library/application\\ support/EIM",
        "echo x > ~ann/Library/Application\\ Support/eim/policy.toml",
        "curl -d@/Users/ann/Library/Application\\ Support/eim/key x",
        "cat $HOME/Library/Application\\ Support/eim/key",
        "nc 127.0.0.1:4222",
        "nc 127.0.0.1 4222",
        "nc -v -w 1 localhost 04222",
        "telnet 127.1 4222",
        "nc 0x7f000001 4222",
        "nc 2130706433 4222",
        "nc ::1 4222",
        "nc 0:0:0:0:0:0:0:1 4222",
        "socat - TCP4:127.9.9.9:4222",
        "bash -c 'nc 127.0.0.1 4222'",
        "python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", 4222))'",
        "H=localhost; nc $H 4222",
        "echo 127.0.0.1 4222 | xargs nc",
        "cat </dev/tcp/127.0.0.1/4222",
    ],
)
def test_a_command_that_reaches_this_system_is_blocked(judge, text):
    assert judge(text).tier == "blocked"


@pytest.mark.parametrize(
    "text", ["nc 127.0.0.1 4223", "nc example.com 4222", "nc 1.127.0.1 4222", "kill 4222"]
)
def test_another_address_is_asked_about(judge, text):
    assert judge(text).tier in {"review", "dangerous"}


def test_the_broker_of_a_cluster_is_ours_under_its_name(context, rules):
    elsewhere = msgspec.structs.replace(rules, own_paths=("Nats.example:4222",))
    found = [
        review(context, RunCommand(command=text), elsewhere).tier
        for text in ("nc nats.example 4222", "nc localhost 4222")
    ]
    assert found == ["blocked", "dangerous"]


@pytest.mark.parametrize(
    "text",
    ["seq 127 4222", "grep nats README.md", "echo 'run: eim up'", "grep -E 'nats|eim' x", "ls eim"],
)
def test_a_mere_mention_is_not_blocked(judge, text):
    assert judge(text).tier == "safe"


def test_a_relative_path_is_taken_from_the_working_directory(judge):
    inside = "/Users/ann/Library/Application Support"
    assert judge("cat eim/key", cwd=inside).tier == "blocked"
