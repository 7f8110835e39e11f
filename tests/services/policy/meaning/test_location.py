import pytest

from services.policy.builtin import builtin_layer
from services.policy.meaning.location import Ground, workspace_of
from services.policy.rules import load_rules
from services.policy.value import UNKNOWN, Value

pytestmark = pytest.mark.pure

CWD = "/Users/ann/src"
GROUND = Ground(workspace_of(CWD), load_rules([builtin_layer()]).secret_paths)


def located(text, cwd=CWD, pattern=False):
    where = GROUND.locate(Value(text, pattern=pattern), cwd)
    more = {" whole": where.whole, " top": where.top, " vague": pattern and where.vague}
    return where.place + "".join(word for word, holds in more.items() if holds)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("x", "workspace"),
        (".", "workspace"),
        ("/USERS/ann/SRC/x/../y", "workspace"),
        ("..", "home whole"),
        ("../other", "home"),
        ("~", "home whole"),
        ("~/x", "home"),
        ("~/.zshrc", "dotfile"),
        ("~/Library/LaunchAgents/x.plist", "dotfile"),
        ("~/.cache/x", "home"),
        (".git/hooks/pre-commit", "dotfile"),
        ("~root/x", "other"),
        ("~/../x", "unknown"),
        ("/home/bob", "home whole"),
        ("/", "system whole"),
        ("//", "system whole"),
        ("/etc", "system top"),
        ("/usr/lib", "system top"),
        ("/private/etc/hosts", "system"),
        ("/private/tmp/x", "temp"),
        ("/tmp", "temp"),
        ("/var/folders/a/b", "temp"),
        ("/var/log/x", "system"),
        ("/var/log", "system top"),
        ("/data/x", "other"),
        ("/dev/null", ""),
        ("-", ""),
        ("/dev/fd/63", ""),
        ("/dev/disk2", "disk"),
        ("/dev/sda1", "disk"),
        ("/dev/tcp/x/1", "device"),
        ("~/.ssh/config", "secret"),
        ("src/../.env", "secret"),
        (f"/tmp/{UNKNOWN}", "temp"),
        (f"/tmp/{UNKNOWN}/../etc", "unknown"),
        (f"{UNKNOWN}/x", "unknown"),
        (f"{UNKNOWN}/.ssh/id_rsa", "secret"),
        (f"~{UNKNOWN}", "unknown"),
        (f"/{UNKNOWN}", "system"),
        (f"x/{UNKNOWN}", "workspace"),
    ],
)
def test_a_path_lies_in_a_class_of_places(text, place):
    assert located(text) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("*", "workspace"),
        ("*.py", "workspace"),
        ("./**/*", "workspace"),
        ("/*", "system whole"),
        ("~/*", "home whole"),
        ("~/*.txt", "home"),
        ("/etc/*", "system top"),
        ("/tmp/*", "temp"),
        (".e*", "workspace vague"),
        ("i*", "workspace vague"),
        ("x*", "workspace"),
        ("*.pem", "secret vague"),
        ("id_*", "secret vague"),
        ("[i]d_rsa", "secret"),
        ("~/.s*/config", "home vague"),
        ("/etc/sh*dow", "system vague"),
        ("/proc/*/environ", "secret"),
        ("*/../../../../etc/shadow", "secret"),
    ],
)
def test_a_pattern_has_the_class_of_the_folder_above_it(text, place):
    assert located(text, pattern=True) == place


def test_a_relative_path_lies_nowhere_known_without_a_directory():
    assert located("x", cwd=UNKNOWN) == "unknown"


@pytest.mark.parametrize("cwd", ["", "/", "~", "/Users/ann", "/etc/x", "/tmp/x", "/root"])
def test_a_home_and_the_system_are_no_workspace(cwd):
    assert workspace_of(cwd) == ""
