"""A command line says whether a program reads what is typed, and where that goes."""

import pytest

from services.policy.programs.started import Started, started

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("line", "host", "reads_code"),
    [
        ("python3", "", True),
        ("/usr/bin/python3.13 -q", "", True),
        ("python3 -i x.py", "", False),
        ("python3 x.py", "", False),
        ("python3 -m pdb x.py", "", False),
        ("python3 -c 1", "", False),
        ("psql -h db1 -U ann shop", "db1", True),
        ("psql -f x.sql", "", False),
        ("sqlite3", "", True),
        ("sqlite3 x.db", "", True),
        ("sqlite3 --fnord x.db", "", False),
        ("sqlite3 x.db select", "", False),
        ("gdb ./a", "", True),
        ("ssh -p 22 ann@db1 htop", "ann@db1", True),
        ("docker exec -it web bash", "web", True),
        ("kubectl -n a exec -it web-0 -c app -- bash", "web-0", True),
        ("fnord", "", False),
    ],
)
def test_a_command_line_tells_where_what_is_typed_goes(line, host, reads_code):
    assert started(line.split()) == Started(host=host, reads_code=reads_code)


def test_without_a_command_line_nothing_is_known():
    assert started([]) == Started()


def test_a_host_holds_nothing_that_a_terminal_obeys():
    assert "\x1b" not in started(["ssh", "a\x1b[31mb"]).host
