"""Looking at what runs, at the log, at the machine and at the configuration."""

import json
import subprocess
import sys

import pytest

from tests.services.cli.command import ROOT, Eim


def types(stack: Eim, *filters: str) -> list[str]:
    lines = stack("events", "--json", *filters).stdout.splitlines()
    return [json.loads(line)["event"]["type"] for line in lines]


def test_status_says_that_everything_answers(stack):
    looked = stack("status")
    assert looked.returncode == 0
    assert looked.stdout.count("answers") == 3


def test_status_for_programs_is_one_json_object(stack):
    health = json.loads(stack("status", "--json").stdout)
    assert health["services"] == dict.fromkeys(
        ["session_driver", "safety_reviewer", "mcp_front"], True
    )
    assert health["url"] == stack.record()["url"]


@pytest.mark.parametrize("command", ["events", "approvals"])
def test_without_a_broker_a_command_says_how_to_start_one(eim, command):
    refused = eim(command)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "start it with: eim up" in refused.stderr


@pytest.mark.parametrize("url", ["garbage", "localhost:4222", "nats://", "nats://a:x"])
@pytest.mark.parametrize("command", ["status", "validate"])
def test_an_address_that_is_none_is_named_with_what_one_looks_like(eim, command, url):
    refused = eim(command, NATS_URL=url)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert f"{url!r} is no address of a broker; it must be like nats://127" in refused.stderr


def test_the_newest_events_are_shown(stack):
    assert types(stack, "--lines", "2") == types(stack, "--since-seq", "1")[-2:]


@pytest.mark.parametrize("name", ["NodeStarted", "node-started", "nodestarted"])
def test_events_are_filtered_by_type(stack, name):
    assert types(stack, "--type", name) == ["NodeStarted"]
    both = types(stack, "--type", name, "--type", "PolicyLayerLoaded", "-n", "100")
    assert both.count("NodeStarted") == 1
    assert set(both) == {"NodeStarted", "PolicyLayerLoaded"}


def test_a_page_begins_at_a_number_and_says_where_the_next_begins(stack):
    page = stack("events", "--json", "--since-seq", "1", "-n", "2")
    assert [json.loads(line)["sequence"] for line in page.stdout.splitlines()] == [1, 2]
    assert page.stderr == "eim: more follow; go on with --since-seq 3\n"


def test_the_last_page_says_nothing_of_a_next_one(stack):
    last = json.loads(stack("events", "--json", "-n", "1").stdout)["sequence"]
    page = stack("events", "--since-seq", str(last), "-n", "1")
    assert (len(page.stdout.splitlines()), page.stderr) == (1, "")


def test_a_page_has_an_end_and_is_not_followed(stack):
    refused = stack("events", "--since-seq", "2", "-n", "2", "--follow")
    assert refused.returncode == 2
    assert "leave out -n" in refused.stderr


@pytest.mark.parametrize(
    ("option", "source"), [("--session", "SessionOpened"), ("--call", "ToolCallRequested")]
)
@pytest.mark.parametrize("page", [(), ("--since-seq", "1")])
def test_what_the_log_does_not_know_is_told_with_where_to_look(stack, option, source, page):
    refused = stack("events", option, "nowhere", *page)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "'nowhere'; `eim events --type " + source in refused.stderr


def test_a_session_in_which_no_such_event_happened_is_no_mistake(stack):
    wanted = ("--session", json.loads(_newest(stack))["event"]["session_id"])
    found = stack("events", *wanted, "--type", "ApprovalDenied")
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def _newest(stack: Eim) -> str:
    return stack("events", "--json", "-n", "1").stdout


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--type", "ToolCallComplete", "did you mean ToolCallCompleted?"),
        ("--session", "a.b>", "is no session"),
    ],
)
def test_a_filter_that_cannot_match_is_told(stack, option, value, told):
    refused = stack("events", option, value)
    assert refused.returncode == 2
    assert told in refused.stderr


def test_a_reader_that_goes_away_ends_the_listing_quietly(stack):
    with stack.start("events", "--json", "--since-seq", "1") as listing:
        listing.stdout.close()
        assert listing.stderr.read() == ""


def test_the_doctor_finds_nothing_wrong_here(stack):
    looked = stack("doctor")
    assert (looked.returncode, looked.stderr) == (0, "")
    assert "Nothing to mend." in looked.stdout


def test_the_doctor_names_each_fault_with_its_next_step(eim):
    eim("up", "--detach")
    eim("down")
    (eim.home / "keys").chmod(0o755)
    looked = eim("doctor", EIM_SERVER_PORT="70000")
    assert looked.returncode == 2
    assert "server.port: must be a whole number" in looked.stdout
    assert f"chmod 700 '{eim.home}/keys'" in looked.stdout


def test_a_usable_configuration_is_said_to_be_one(eim):
    assert "can be used" in eim("validate").stdout


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"server": {"prot": 1}}', "server.prot: unknown, did you mean server.port?"),
        ('{"server": ', "Input data was truncated"),
        ('{"safety": {"defaultTier": "nope"}}', "must be one of"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_told_with_its_path(eim, tmp_path, content, told):
    file = tmp_path / "config.json"
    file.write_text(content)
    refused = eim("validate", str(file))
    assert refused.returncode == 2
    assert told in refused.stderr


@pytest.mark.parametrize("arguments", [["nonsense"], ["approve"], ["up", "--nonsense"]])
def test_a_wrong_command_line_is_a_usage_error(eim, arguments):
    refused = eim(*arguments)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("command", "source"),
    [("approve", "eim approvals"), ("deny", "eim approvals"), ("disconnect", "eim clients")],
)
def test_a_command_without_its_argument_says_where_to_find_one(eim, command, source):
    refused = eim(command)
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].startswith(f"eim: `{source}` lists ")


def test_help_is_quick_because_it_imports_no_command():
    code = (
        "import sys; from services.cli.app import run; run(['--help']);"
        "sys.exit(any(m in sys.modules for m in ('nats', 'mcp', 'psutil', 'services.cli.up')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.skipif(sys.platform == "darwin", reason="there iTerm2 is looked into")
def test_where_iterm2_cannot_run_the_doctor_says_so_in_one_line(eim):
    lines = [line for line in eim("doctor").stdout.splitlines() if "iTerm2" in line]
    assert [line.split(maxsplit=2)[2] for line in lines] == [
        f"does not apply: it runs on macOS, and this is {sys.platform}"
    ]


def test_iterm2_that_is_asked_for_is_looked_into_everywhere(eim):
    looked = eim("doctor", EIM_TERMINAL_ITERM2="on")
    assert "iTerm.app was not found" in looked.stdout
    assert "General > Magic > Enable Python API" in looked.stdout
    assert looked.returncode == 2
