"""What is taken for plain reading only reads, as a real database says."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policy.languages.sql import open_part, statements

pytestmark = pytest.mark.pure

READING = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}
WORDS = """
    select * from a where b order by limit 1 'x' ; ( ) , count max load_extension with as union
    all explain query plan insert into values update set = delete drop table create view pragma
    attach vacuum begin commit replace "a" -- /* */ returning values 2 c reindex analyze
"""


def does(text: str) -> set[int]:
    """Return what a database would have to do for a text; nothing where it is no SQL."""
    done: set[int] = set()

    def seen(action: int, *_: object) -> int:
        done.add(action)
        return sqlite3.SQLITE_OK

    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("create table a (b, c)")
        database.set_authorizer(seen)
        try:
            database.execute(f"explain {text}")
        except (sqlite3.Error, sqlite3.Warning):
            return set()
    return done


@given(st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=9).map(" ".join))
def test_what_only_reads_does_nothing_else(text):
    found = statements(text)
    if len(found) == 1 and found[0].reads:
        assert does(text) <= READING, text


@pytest.mark.parametrize(
    "text", ["select count(*) from a;", "select max(b) from a where c = 'x;y';"]
)
def test_a_query_only_reads(text):
    assert [each.reads for each in statements(text)] == [True]
    assert does(text) <= READING


@given(st.text(max_size=60))
def test_any_text_is_cut_into_statements(text):
    for statement in statements(text):
        assert statement.text == statement.text.lower()
    assert open_part(text) is None or text.endswith(open_part(text) or "")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("select 1;", ""),
        ("select 1; drop table", " drop table"),
        ("select ';' from", "select ';' from"),
        ("select 1 -- a;\n", "select 1 -- a;\n"),
        ("select '", None),
        ("do $$ ;", None),
        ("select 1 /* ;", None),
        ("select 1 \\! x;", None),
        (";;\n", ""),
    ],
)
def test_what_is_open_is_kept_and_what_is_unclear_is_said_to_be(text, left):
    assert open_part(text) == left
