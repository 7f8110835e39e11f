import random
from contextlib import asynccontextmanager

from services.contract.terminal import OutputText, ReadOutput
from services.session_driver.playback import read_page
from services.session_driver.recorder import Recorder
from tests.support.logs import log_of, running

LINES = [f"line {number} äöü {'x' * (number % 90)}\n" for number in range(4000)]
TEXT = "".join(LINES)


@asynccontextmanager
async def recorded(broker, terminal, *printed, limit=10_000_000):
    """Yield the driver's log once everything is recorded."""
    async with log_of(broker, "session_driver") as log:
        recorder, at = Recorder(log.client, "out.test.s1", terminal.source(), limit), 0
        async with running(recorder.run()):
            for data in printed:
                recorder.take(at, data)
                at += len(data)
            await recorder.stored(at)
            yield log


def cut(text, seed=2):
    """Cut a text into the pieces of a terminal that prints it."""
    data, at, sizes = text.encode(), 0, random.Random(seed)  # noqa: S311 - the same cuts each time
    while at < len(data):
        size = sizes.randint(1, 9000)
        yield data[at : at + size]
        at += size


async def page(log, **question):
    return await read_page(log, ReadOutput(session_id="s1", **question))


async def test_pages_read_one_after_the_other_are_the_whole_text(own_broker, terminal):
    async with recorded(own_broker, terminal, *cut(TEXT)) as log:
        found = [await page(log)]
        while not found[-1].at_end:
            last = found[-1]
            found.append(await page(log, offset=last.next_offset, line=last.next_line))
    assert "".join(each.text for each in found) == TEXT
    assert (len(found) > 20, found[-1].next_line) == (True, 4000)


async def test_a_page_starts_at_any_line(own_broker, terminal):
    async with recorded(own_broker, terminal, *cut(TEXT)) as log:
        found = await page(log, from_line=3000)
    assert found.text.startswith(LINES[3000] + LINES[3001])
    assert found.first_line == 3000


async def test_the_tail_is_the_end_of_the_recording(own_broker, terminal):
    async with recorded(own_broker, terminal, *cut(TEXT)) as log:
        found = await page(log, tail=5)
    assert (found.text, found.first_line, found.at_end) == ("".join(LINES[-5:]), 3995, True)


async def test_what_was_printed_over_the_limit_is_told(own_broker, terminal):
    async with recorded(own_broker, terminal, b"ab\n", b"cdefg\n", limit=5) as log:
        assert await page(log) == OutputText(
            text="ab\ncd",
            first_line=0,
            next_offset=9,
            next_line=1,
            at_end=True,
            gap_bytes=4,
        )


async def test_a_session_that_printed_nothing_has_an_empty_page(own_broker, terminal):
    async with recorded(own_broker, terminal) as log:
        assert (await page(log)).text == ""
