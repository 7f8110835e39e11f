import msgspec
import pytest

from events.actions import CloseSession, OpenSession, RunCommand, SendText
from events.review import Context
from services.policy.digest import bound, clearance_digest, fingerprint, same_place

pytestmark = pytest.mark.pure

KEY = b"k" * 32
PLACE = Context(session_id="s1", epoch="e1", cwd="/a", shell="zsh", foreground="zsh", prompt="idle")
CHANGES = [
    {"session_id": "s2"},
    {"epoch": "e2"},
    {"cwd": "/b"},
    {"shell": "bash"},
    {"foreground": "vim"},
    {"prompt": "running"},
    {"bracketed_paste": True},
]


def digest(action=None, place=PLACE, version="v1", key=KEY):
    return clearance_digest(key, action or RunCommand(command="ls"), place, version)


@pytest.mark.parametrize("change", CHANGES)
def test_another_place_has_another_digest_and_is_named(change):
    moved = msgspec.structs.replace(PLACE, **change)
    assert digest(place=moved) != digest()
    assert same_place(PLACE, moved)


@pytest.mark.parametrize("change", CHANGES)
def test_an_end_by_force_is_bound_to_the_terminal_whatever_it_does(change):
    moved, force = msgspec.structs.replace(PLACE, **change), CloseSession(mode="force")
    another = change.keys() & {"session_id", "epoch"}
    assert (digest(force, moved) != digest(force)) == bool(another)
    assert bool(same_place(bound(force, PLACE), bound(force, moved))) == bool(another)


def test_the_same_bytes_in_the_same_place_have_the_same_digest():
    watched = msgspec.structs.replace(PLACE, owner="ann", line="x")
    assert digest(place=watched) == digest(RunCommand(command="ls", timeout_ms=5))
    assert same_place(PLACE, watched) == ""


@pytest.mark.parametrize(
    "changed",
    [
        digest(RunCommand(command="ls ")),
        digest(SendText(text="ls", submit=True)),
        digest(version="v2"),
        digest(key=b"other"),
    ],
)
def test_other_bytes_tool_policy_or_key_have_another_digest(changed):
    assert changed != digest()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (OpenSession(env={"TZ": "UTC"}), OpenSession(env={"TZ": "CET"})),
        (CloseSession(mode="force"), CloseSession()),
    ],
)
def test_opening_and_closing_are_bound_as_a_whole(one, other):
    assert digest(one) != digest(other)


def test_a_fingerprint_tells_requests_apart():
    ls, pwd = RunCommand(command="ls"), RunCommand(command="pwd")
    assert fingerprint(KEY, "s1", ls) == fingerprint(KEY, "s1", RunCommand(command="ls"))
    assert len({fingerprint(KEY, s, a) for s in ("s1", "s2") for a in (ls, pwd)}) == 4


def test_a_fingerprint_ignores_the_order_of_variables():
    one, other = OpenSession(env={"A": "1", "B": "2"}), OpenSession(env={"B": "2", "A": "1"})
    assert fingerprint(KEY, "_", one) == fingerprint(KEY, "_", other)
