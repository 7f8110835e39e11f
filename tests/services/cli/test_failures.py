"""A foreseen failure is told in a sentence, wherever it comes from."""

import errno
import os

import pytest

from services.cli.failures import NEXT, explain, leaves, sentence
from services.cli.supervision import PERMANENT, permanent
from services.runtime.layers import ConfigError
from services.runtime.lock import Taken
from services.runtime.nats_server import BrokerUnavailable
from services.runtime.web import CannotListen

pytestmark = pytest.mark.pure


def test_a_failure_inside_groups_is_told_without_a_traceback(capsys):
    inner = ExceptionGroup("inner", [BrokerUnavailable("no broker runs")])
    assert explain(ExceptionGroup("outer", [inner])) == 2
    assert capsys.readouterr().err == "eim: no broker runs\n"


def test_the_same_failure_of_several_tasks_is_told_once():
    group = ExceptionGroup("all", [Taken("a stack runs"), Taken("a stack runs")])
    assert len(list(leaves(group))) == 1


def test_a_failure_comes_with_its_next_step():
    assert sentence(ConfigError(["server.port: no"])).splitlines() == [
        "server.port: no",
        "     Check it with: eim validate",
    ]


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.EROFS, "set EIM_HOME to another folder"),
        (errno.ENOSPC, "make room"),
        (errno.ELOOP, "eim doctor"),
    ],
)
def test_what_the_system_refuses_is_told_by_its_path_and_without_its_number(number, told):
    text, step = sentence(OSError(number, os.strerror(number), "/data/run")).splitlines()
    assert text == f"/data/run: {os.strerror(number)}"
    assert told in step


def test_what_was_not_foreseen_keeps_its_traceback(capsys):
    assert explain(ZeroDivisionError("division by zero")) == 2
    said = capsys.readouterr().err
    assert "ZeroDivisionError" in said
    assert "please report it" in said


@pytest.mark.parametrize("kind", [kind for kind in PERMANENT if kind is not CannotListen])
def test_whatever_ends_a_start_is_foreseen(kind):
    assert issubclass(kind, tuple(NEXT))


def test_what_a_person_must_mend_is_found_in_a_group():
    assert permanent(ExceptionGroup("x", [CannotListen("port 1 is taken")])) == "port 1 is taken"
    assert permanent(ConnectionError("away for a moment")) == ""
