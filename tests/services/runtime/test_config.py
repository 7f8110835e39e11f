import json
import stat
from pathlib import Path

import msgspec
import pytest

from services.runtime.config import Home, broker_rules, home, load, user_environment
from services.runtime.layers import ConfigError, assignments, settings, variable
from services.runtime.settings import Config


def written(folder, document, dotenv=""):
    (folder / "config.json").write_text(json.dumps(document))
    (folder / ".env").write_text(dotenv)
    return {"EIM_HOME": str(folder)}


def problems(*args):
    with pytest.raises(ConfigError) as refused:
        load(*args)
    return refused.value.problems


def test_without_a_file_everything_has_a_default(tmp_path):
    assert load({}, {"EIM_HOME": str(tmp_path)}, tmp_path) == Config()


def test_a_flag_beats_the_environment_which_beats_the_file(tmp_path):
    environ = written(tmp_path, {"server": {"port": 1, "consolePort": 2, "healthPort": 3}})
    environ |= {"EIM_SERVER_PORT": "11", "EIM_SERVER_CONSOLE_PORT": "12"}
    server = load({"server.port": 21, "server.healthPort": None}, environ, tmp_path).server
    assert (server.port, server.console_port, server.health_port) == (21, 12, 3)


def test_the_names_in_the_file_are_those_of_the_deployment_guide():
    assert set(settings()) >= {
        "server.host",
        "server.port",
        "server.consolePort",
        "server.healthPort",
        "server.authentication",
        "performance.maxSessions",
        "performance.maxOutputBytesPerCall",
        "safety.defaultTier",
        "safety.approvalTimeout",
        "safety.blacklistPatterns",
        "monitoring.metricsPort",
        "logging.level",
        "logging.format",
        "clustering.node",
        "clustering.natsUrl",
        "clustering.replicas",
        "clustering.eventsMaxBytes",
        "clustering.outputMaxBytes",
        "clustering.outputMaxAge",
    }


def test_every_setting_has_a_variable_of_its_own():
    assert len({variable(path) for path in settings()}) == len(settings())


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"server": {"prot": 1}}, "server.prot: unknown, did you mean server.port? there are"),
        ({"sever": {"port": 1}}, "sever.port: unknown; the sections are server, performance"),
        ({"server": {"port": "1"}}, "server.port: must be a whole number from 0 to 65535, not '1'"),
        ({"server": {"port": 65536}}, "server.port: must be a whole number from 0 to 65535"),
        ({"performance": {"maxSessions": 0}}, "performance.maxSessions: must be a whole number"),
        ({"logging": {"level": "loud"}}, "logging.level: must be one of debug, info, warning"),
        ({"safety": {"defaultTier": "safe"}}, "safety.defaultTier: must be one of review, dang"),
        ({"safety": {"blacklistPatterns": "dd"}}, "safety.blacklistPatterns: must be a list of"),
        (
            {"safety": {"blacklistPatterns": [" "]}},
            "safety.blacklistPatterns[0]: must be a command",
        ),
        ({"server": {"host": "${NOWHERE}"}}, "server.host: the variable NOWHERE is not set"),
        ({"server": {"port": 3457}}, "server.consolePort: 3457 is also server.port"),
        ({"clustering": {"node": "a b"}}, "clustering.node: letters, digits, - and _ only"),
        ({"clustering": {"replicas": 3, "node": "a"}}, "clustering.replicas: more than 1 needs"),
    ],
)
def test_a_mistake_is_refused_with_its_path_and_the_choices(tmp_path, document, problem):
    (told,) = problems({}, written(tmp_path, document), tmp_path)
    assert told.startswith(problem)


def test_all_mistakes_are_told_at_once(tmp_path):
    environ = written(tmp_path, {"server": {"prot": 1, "port": -1}})
    environ["EIM_LOGGING_LEVEL"] = "loud"
    assert len(problems({"monitoring.metricsPort": "x"}, environ, tmp_path)) == 4


@pytest.mark.parametrize("name", ["EIM_SERVER_PROT", "EIM_SERVER_CONSOLEPORT"])
def test_a_misspelt_variable_is_refused_with_the_right_one(tmp_path, name):
    (told,) = problems({}, {"EIM_HOME": str(tmp_path), name: "1"}, tmp_path)
    assert told.startswith(f"{name}: unknown, did you mean EIM_SERVER_")


def test_a_file_that_is_no_json_is_refused_by_name(tmp_path):
    (tmp_path / "config.json").write_text("{")
    (told,) = problems({}, {"EIM_HOME": str(tmp_path)}, tmp_path)
    assert told.startswith(f"{tmp_path}/config.json: ")


def test_a_file_that_was_asked_for_must_exist(tmp_path):
    (told,) = problems({"config": "gone.json"}, {}, tmp_path)
    assert told.startswith(f"{tmp_path}/gone.json: ")


def test_variables_are_filled_in_and_can_have_a_default(tmp_path):
    document = {
        "server": {"port": "${PORT}", "consolePort": "${OTHER:-4001}", "allowedHosts": ["${H}"]},
        "clustering": {"node": "n-${H}"},
    }
    config = load({}, written(tmp_path, document) | {"PORT": "4000", "H": "one"}, tmp_path)
    assert (config.server.port, config.server.console_port) == (4000, 4001)
    assert (config.server.allowed_hosts, config.clustering.node) == (("one",), "n-one")


def test_a_doubled_dollar_is_a_dollar(tmp_path):
    environ = written(tmp_path, {"safety": {"blacklistPatterns": ["rm $${HOME}"]}})
    assert load({}, environ, tmp_path).safety.blacklist_patterns == ("rm ${HOME}",)


def test_the_env_file_beside_the_configuration_stands_below_the_environment(tmp_path):
    environ = written(tmp_path, {}, "EIM_SERVER_PORT=5\nexport EIM_SERVER_HEALTH_PORT='6' # x\n")
    server = load({}, environ | {"EIM_SERVER_PORT": "7"}, tmp_path).server
    assert (server.port, server.health_port) == (7, 6)


def test_an_env_file_in_the_working_directory_is_not_read(tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / ".env").write_text("EIM_SAFETY_DEFAULT_TIER=safe")
    config = load({}, {"EIM_HOME": str(tmp_path / "home")}, tmp_path / "work")
    assert config.safety.default_tier == "review"


def test_lists_in_a_variable_are_json_or_separated_by_commas(tmp_path):
    environ = {"EIM_HOME": str(tmp_path), "EIM_SERVER_ALLOWED_HOSTS": "a, b"}
    environ["EIM_SAFETY_BLACKLIST_PATTERNS"] = '["dd, x"]'
    config = load({}, environ, tmp_path)
    assert config.server.allowed_hosts == ("a", "b")
    assert config.safety.blacklist_patterns == ("dd, x",)


def test_comments_quotes_and_exports_of_an_env_file():
    text = "# A=1\nB = 2\nexport C=\"3 # 4\"\nD='x'\nE=5 # five\nnonsense\n"
    assert assignments(text) == {"B": "2", "C": "3 # 4", "D": "x", "E": "5"}


def test_the_broker_is_named_by_the_variable_that_nats_tools_use(tmp_path):
    environ = {"EIM_HOME": str(tmp_path), "NATS_URL": "nats://broker:4222"}
    assert load({}, environ, tmp_path).clustering.nats_url == "nats://broker:4222"


def test_a_password_is_neither_taken_nor_shown(tmp_path):
    environ = {"EIM_HOME": str(tmp_path), "NATS_URL": "nats://me:secret@broker"}
    (told,) = problems({}, environ, tmp_path)
    assert "secret" not in told


def test_an_address_that_others_can_reach_needs_three_things(tmp_path):
    environ = {"EIM_HOME": str(tmp_path), "EIM_SERVER_AUTHENTICATION": "none"}
    told = problems({"server.host": "192.0.2.1"}, environ, tmp_path)
    for needed in ("server.tlsCertificate", "server.authentication", "server.allowedHosts"):
        assert any(needed in line for line in told)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_an_address_of_this_machine_alone_needs_nothing_more(tmp_path, host):
    assert load({"server.host": host}, {"EIM_HOME": str(tmp_path)}, tmp_path).server.host == host


def test_with_tls_keys_and_names_others_may_reach_us(tmp_path):
    flags = {
        "server.host": "::",
        "server.tlsCertificate": "c.pem",
        "server.tlsKey": "k.pem",
        "server.allowedHosts": "terminals.example",
    }
    assert load(flags, {"EIM_HOME": str(tmp_path)}, tmp_path).server.host == "::"


def test_home_is_where_the_variable_says_or_with_the_platform_s_application_data(monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert home({"EIM_HOME": "/elsewhere"}) == Home(Path("/elsewhere"))
    assert home({}).root.name == "enhanced-iterm-mcp"


def test_only_the_owner_may_enter_the_home(tmp_path):
    created = Home(tmp_path / "a" / "home").create()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in [created.root, *created.root.iterdir()]}
    assert modes == {0o700}


def test_programs_of_the_user_do_not_see_our_settings(monkeypatch):
    monkeypatch.setenv("EIM_HOME", "/x")
    monkeypatch.setenv("EDITOR", "vi")
    seen = user_environment()
    assert ("EIM_HOME" in seen, seen["EDITOR"]) == (False, "vi")


def test_the_broker_s_rules_are_found():
    assert "safety_reviewer" in broker_rules().read_text()


def test_the_configuration_can_be_written_and_read_back(tmp_path):
    environ = written(tmp_path, msgspec.to_builtins(Config()))
    assert load({}, environ, tmp_path) == Config()


SLACK = {
    "slackChannel": "C012AB3CD",
    "slackToken": "xoxb-hush",
    "slackSigningSecret": "hush too",
    "slackApprovers": ["U012AB3CD=ada", "W1B2=bob"],
}


def test_who_may_answer_in_slack_is_known_by_id(tmp_path):
    environ = written(tmp_path, {"notifications": SLACK})
    told = load({}, environ, tmp_path).notifications
    assert told.approvers == {"U012AB3CD": "ada", "W1B2": "bob"}
    assert "hush" not in repr(told)


@pytest.mark.parametrize("missing", ["slackToken", "slackSigningSecret", "slackApprovers"])
def test_slack_is_configured_whole_or_not_at_all(tmp_path, missing):
    some = {name: value for name, value in SLACK.items() if name != missing}
    [problem] = problems({}, written(tmp_path, {"notifications": some}), tmp_path)
    assert problem == f"notifications.{missing}: must be set where notifications.slackChannel is"


@pytest.mark.parametrize("approver", ["ada", "U012=", "=ada", "u012=ada", "U012=Ada", "U012=a=b"])
def test_an_approver_in_slack_is_an_id_and_a_name(tmp_path, approver):
    told = SLACK | {"slackApprovers": [approver]}
    [problem] = problems({}, written(tmp_path, {"notifications": told}), tmp_path)
    assert problem.startswith("notifications.slackApprovers[0]: must be like")


def test_a_channel_in_slack_is_named_by_its_id(tmp_path):
    told = SLACK | {"slackChannel": "#approvals"}
    [problem] = problems({}, written(tmp_path, {"notifications": told}), tmp_path)
    assert problem.startswith("notifications.slackChannel: must be the id")
