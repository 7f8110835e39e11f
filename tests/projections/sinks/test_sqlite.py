import aiosqlite
import pytest

from projections.history import Entry
from projections.sinks.sqlite import SqliteFolds
from tests.support.facts import completed, requested
from tests.support.given import history

LOG = history(requested("c1"), requested("c2"), completed("c1"))
FIRST = Entry(
    call_id="c1",
    session_id="s1",
    principal="ann",
    tool="run_command",
    fingerprint="print of c1",
    requested=1,
    ended=3,
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "folds.sqlite"


async def test_nothing_was_saved_in_the_beginning(path):
    assert await SqliteFolds(path, "code").load() == (0, b"")


async def test_what_was_saved_last_is_loaded(path):
    await SqliteFolds(path, "code").save(2, b"older", LOG[:2])
    await SqliteFolds(path, "code").save(3, b"state", LOG[2:])
    assert await SqliteFolds(path, "code").load() == (3, b"state")


async def test_a_fold_of_other_code_is_not_loaded(path):
    await SqliteFolds(path, "old code").save(3, b"state", LOG)
    assert await SqliteFolds(path, "code").load() == (0, b"")


async def test_a_call_is_found_after_a_restart(path):
    await SqliteFolds(path, "code").save(3, b"state", LOG)
    assert await SqliteFolds(path, "code").find("c1") == FIRST


async def test_a_call_that_never_was_is_not_found(path):
    folds = SqliteFolds(path, "code")
    assert await folds.find("c9") is None
    await folds.save(3, b"state", LOG)
    assert await folds.find("c9") is None


async def test_events_folded_twice_make_one_history(path):
    folds = SqliteFolds(path, "code")
    await folds.save(3, b"state", LOG)
    await folds.save(3, b"state", LOG)
    assert await folds.find("c1") == FIRST


async def test_a_reader_sees_what_the_writer_saved(path):
    await SqliteFolds(path, "code").save(3, b"state", LOG)
    reader = SqliteFolds(path, "code", writes=False)
    assert await reader.load() == (3, b"state")
    assert await reader.find("c1") == FIRST


async def test_a_reader_changes_nothing(path):
    reader = SqliteFolds(path, "code", writes=False)
    await reader.save(3, b"state", LOG)
    assert await reader.load() == (0, b"")
    assert not path.exists()


async def test_position_and_history_are_kept_together_or_not_at_all(path):
    folds = SqliteFolds(path, "code")
    await folds.save(2, b"state", LOG[:2])
    async with aiosqlite.connect(path) as database:
        await database.execute(
            "create trigger full before update on call begin select raise(abort, 'full'); end"
        )
        await database.commit()
    with pytest.raises(aiosqlite.IntegrityError):
        await folds.save(3, b"later", LOG[2:])
    assert await folds.load() == (2, b"state")
