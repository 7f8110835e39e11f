import asyncio
import random
from contextlib import asynccontextmanager

from services.session_driver.playback import last_piece, pieces
from services.session_driver.recorder import KEYFRAME_EVERY, Recorder, Tail
from tests.support.logs import kill, log_of, running, silent, until

MIB = 1_048_576
DATA = random.Random(1).randbytes(5 * MIB)  # noqa: S311 - the same bytes each time


@asynccontextmanager
async def recording(broker, terminal, limit=100 * MIB):
    """Record a terminal; yields the recorder and the log of its driver."""
    async with log_of(broker, "session_driver") as log:
        recorder = Recorder(log.client, "out.test.s1", terminal.source(), limit)
        async with running(recorder.run()):
            yield recorder, log


async def prints(recorder, terminal, data, start=0, size=30_000):
    """Print in pieces, and wait while a MiB is not stored, as a terminal does."""
    for at in range(start, len(data), size):
        await until(lambda: at - (terminal.stored or [0])[-1] < MIB)  # noqa: B023
        recorder.take(at, data[at : at + size])
        await asyncio.sleep(0)
    async with asyncio.timeout(30):
        await recorder.stored(len(data))


async def recorded(log, session="s1"):
    return [piece async for piece in pieces(log, session, 1)]


def output(found):
    """Return the recorded bytes, each at its offset; what was stored twice counts once."""
    text = bytearray()
    for piece in found:
        if piece.kind == "output" and piece.end > len(text):
            assert piece.offset <= len(text)
            text += piece.body[len(text) - piece.offset :]
    return bytes(text)


async def test_everything_that_was_printed_is_stored_in_order(own_broker, terminal):
    async with recording(own_broker, terminal) as (recorder, log):
        await prints(recorder, terminal, DATA)
        found = await recorded(log)
        assert recorder.newest_record == len(found)
    assert output(found) == DATA
    assert [piece.end for piece in found] == sorted(piece.end for piece in found)


async def test_there_is_a_picture_for_each_mebibyte(own_broker, terminal):
    async with recording(own_broker, terminal) as (recorder, log):
        await prints(recorder, terminal, DATA)
        pictures = [piece for piece in await recorded(log) if piece.kind == "keyframe"]
    assert [piece.offset // KEYFRAME_EVERY for piece in pictures] == [1, 2, 3, 4]
    assert {piece.body for piece in pictures} == {b"a picture"}


async def test_a_recording_begins_with_the_size(own_broker, terminal):
    async with recording(own_broker, terminal) as (recorder, log):
        recorder.take(0, b"$ ")
        await recorder.stored(2)
        first, second = await recorded(log)
    assert (first.kind, first.offset, first.end, first.body) == ("resize", 0, 0, b"80x24")
    assert (second.kind, second.base) == ("output", first.sequence)


async def test_each_record_names_the_size_and_picture_before_it(own_broker, terminal):
    async with recording(own_broker, terminal) as (recorder, log):
        await prints(recorder, terminal, DATA)
        found = await recorded(log)
    at = {piece.sequence: number for number, piece in enumerate(found)}
    bases = {at[piece.base] for piece in found[1:]}
    followed = [(found[base].kind, found[base + 1].kind) for base in sorted(bases)]
    assert followed == [("resize", "output"), *[("resize", "keyframe")] * 4]


async def test_there_is_a_picture_before_what_follows_a_gap(own_broker, terminal):
    async with recording(own_broker, terminal, limit=3) as (recorder, log):
        recorder.take(0, b"abcdef")
        recorder.tape.begin("c1")
        recorder.take(6, b"g")
        await recorder.stored(7)
        kinds = [piece.kind for piece in await recorded(log)]
    assert kinds == ["resize", "output", "gap", "resize", "keyframe", "output"]


async def test_a_size_is_recorded_where_it_changed(own_broker, terminal):
    async with recording(own_broker, terminal) as (recorder, log):
        recorder.take(0, b"ab")
        recorder.resized(2)
        recorder.take(2, b"c")
        await recorder.stored(3)
        found = [(piece.kind, piece.offset) for piece in await recorded(log)][1:]
    assert found == [("output", 0), ("resize", 2), ("keyframe", 2), ("output", 2)]


async def test_what_is_over_the_limit_is_counted_to_the_byte(own_broker, terminal):
    async with recording(own_broker, terminal, limit=100_000) as (recorder, log):
        await prints(recorder, terminal, DATA[:150_001])
        found = await recorded(log)
    assert output(found) == DATA[:100_000]
    gaps = [(piece.offset, piece.end) for piece in found if piece.kind == "gap"]
    assert (gaps[0][0], gaps[-1][1], recorder.tape.dropped) == (100_000, 150_001, 50_001)
    assert sum(end - offset for offset, end in gaps) == 50_001


async def test_the_place_where_a_command_started_is_marked(own_broker, terminal):
    async with recording(own_broker, terminal) as (recorder, log):
        recorder.take(0, b"$ ")
        recorder.tape.begin("c1")
        recorder.take(2, b"hi\n")
        await recorder.stored(5)
        found = [(p.offset, p.end, p.markers) for p in await recorded(log)][1:]
    assert found == [(0, 5, "2=c1")]


async def test_small_pieces_become_one_record(own_broker, terminal):
    async with recording(own_broker, terminal) as (recorder, log):
        for at in range(20):
            recorder.take(at, b"x")
        await recorder.stored(20)
        assert [piece.kind for piece in await recorded(log)] == ["resize", "output"]


async def test_nothing_is_lost_when_the_broker_is_killed(own_broker, terminal):
    async with recording(own_broker, terminal) as (recorder, log):
        await prints(recorder, terminal, DATA[:90_000])
        recorder.take(90_000, DATA[90_000:180_000])
        kill(own_broker)
        await prints(recorder, terminal, DATA[: 2 * MIB], start=180_000)
        assert output(await recorded(log)) == DATA[: 2 * MIB]


async def test_who_keeps_the_bytes_learns_what_is_stored_and_not_before(own_broker, terminal):
    async with recording(own_broker, terminal) as (recorder, _):
        with silent(own_broker):
            recorder.take(0, DATA[:100_000])
            await asyncio.sleep(0.1)
            assert max(terminal.stored, default=0) == 0
        async with asyncio.timeout(20):
            await recorder.stored(100_000)
    assert terminal.stored[-1] == 100_000


async def test_a_new_driver_records_on_from_where_the_last_one_ended(own_broker, terminal):
    async with recording(own_broker, terminal) as (recorder, log):
        await prints(recorder, terminal, DATA[:100_000])
        last = await last_piece(log, "s1")
        tail = Tail(last.end, last.sequence, last.base)
        next_one = Recorder(log.client, "out.test.s1", terminal.source(), MIB, tail)
        async with running(next_one.run()):
            next_one.take(100_000, DATA[100_000:150_000])
            await next_one.stored(150_000)
        found = await recorded(log)
    assert output(found) == DATA[:150_000]
    assert [piece.kind for piece in found].count("resize") == 1
    assert {piece.base for piece in found[1:]} == {1}


async def test_those_who_wait_for_a_place_learn_when_it_is_stored(own_broker, terminal):
    async with recording(own_broker, terminal) as (recorder, _), asyncio.timeout(10):
        waiting = asyncio.gather(recorder.stored(2), recorder.stored(4))
        await asyncio.sleep(0)
        recorder.take(0, b"ab")
        recorder.take(2, b"cd")
        await waiting
        assert recorder.stored_to == 4


async def test_the_end_of_a_recording_is_known_without_reading_it(own_broker, terminal):
    async with recording(own_broker, terminal, limit=10) as (recorder, log):
        await prints(recorder, terminal, b"x" * 25)
        last = await last_piece(log, "s1")
        assert last is not None
        assert (last.kind, last.end) == ("gap", 25)
        assert await last_piece(log, "s2") is None


async def test_what_is_private_is_counted_and_not_kept(own_broker, terminal):
    async with recording(own_broker, terminal) as (recorder, log):
        recorder.take(0, b"before")
        recorder.blind = True
        recorder.take(6, b"secret")
        recorder.resized(12)
        recorder.take(12, b"secret" * 100_000)
        recorder.blind = False
        recorder.resized(600_012)
        recorder.take(600_012, b"after")
        async with asyncio.timeout(10):
            await recorder.stored(600_017)
        found = await recorded(log)
    assert output([piece for piece in found if piece.kind == "output"][:1]) == b"before"
    assert sum(piece.end - piece.offset for piece in found if piece.kind == "gap") == 600_006
    assert all(b"secret" not in piece.body for piece in found)
    pictures = [piece.offset for piece in found if piece.kind == "keyframe"]
    assert pictures == [600_012]


async def test_an_end_in_private_is_waited_for_in_vain_by_nobody(own_broker, terminal):
    async with recording(own_broker, terminal) as (recorder, _):
        recorder.blind = True
        recorder.take(0, b"secret")
        async with asyncio.timeout(10):
            await recorder.stored(6)
