import asyncio
import itertools
from contextlib import asynccontextmanager

import msgspec
import pytest

from services.runtime.rpc import Declined, Exchange, Question, Unanswered, answering, ask
from tests.support.logs import all_heard, kill, until

SUBJECT = "rpc.session_driver.rpc_test"
PLACES = (f"{SUBJECT}_{number}" for number in itertools.count())
"""The broker still knows for a moment who answered in the test before: each asks elsewhere."""


class Number(msgspec.Struct):
    value: int


class Word(msgspec.Struct):
    text: str


SPELL = Question("screen", Number, Word)


@asynccontextmanager
async def both(broker, answer):
    """One who asks, one who answers, and where."""
    subject = next(PLACES)
    async with (
        broker.connect("cli") as cli,
        broker.connect("session_driver") as driver,
        answering(driver, "test", subject, {SPELL: answer}),
    ):
        await all_heard(driver)
        yield cli, driver, subject


async def asked(broker, answer, question=None, patience=2.0):
    async with both(broker, answer) as (cli, _, subject):
        asking = ask(cli, subject, SPELL, question or Number(3), patience)
        (answered,) = await asyncio.gather(asking, return_exceptions=True)
    if isinstance(answered, Exception):
        raise answered
    return answered


async def test_a_question_is_answered(broker):
    async def spell(number):
        return Word("x" * number.value)

    assert await asked(broker, spell) == Word("xxx")


@pytest.mark.parametrize("message", ["no such session", "żółw 漢字", "two\r\nlines: yes", ""])
async def test_a_refusal_comes_with_its_code_and_its_words(broker, message):
    async def refuse(_):
        raise Declined("unknown_session", message)

    with pytest.raises(Declined) as declined:
        await asked(broker, refuse)
    assert declined.value.code == "unknown_session"
    assert declined.value.message == (message or "unknown_session")


async def test_a_question_of_another_shape_is_refused(broker):
    async def spell(_):
        raise AssertionError

    with pytest.raises(Declined, match="required field `value`") as declined:
        await asked(broker, spell, question=Word("three"))
    assert declined.value.code == "bad_question"


async def test_a_failure_is_answered_without_its_details(broker):
    async def fail(_):
        raise ArithmeticError("secret")

    with pytest.raises(Declined) as declined:
        await asked(broker, fail)
    assert declined.value.code == "internal_error"
    assert "secret" not in declined.value.message


async def test_an_answer_that_is_no_text_is_a_failure_and_not_the_end_of_the_service(broker):
    async def unwritable(number):
        return Word("\udcff" if number.value == 1 else "still here")

    async with both(broker, unwritable) as (cli, _, subject):
        with pytest.raises(Declined) as declined:
            await ask(cli, subject, SPELL, Number(1))
        assert declined.value.code == "internal_error"
        assert await ask(cli, subject, SPELL, Number(2)) == Word("still here")


async def test_a_question_that_nobody_answers_ends_at_once(broker):
    async with broker.connect("cli") as cli, asyncio.timeout(1):
        with pytest.raises(Unanswered, match="screen"):
            await ask(cli, SUBJECT, SPELL, Number(1), patience=30)


async def test_a_slow_answer_is_not_waited_for_longer_than_told(broker):
    async def sleep(_):
        await asyncio.sleep(0.3)
        return Word("late")

    with pytest.raises(Unanswered):
        await asked(broker, sleep, patience=0.05)


async def test_slow_answers_do_not_hold_up_others(broker):
    second = asyncio.Event()

    async def spell(number):
        if number.value == 1:
            await second.wait()
        second.set()
        return Word(str(number.value))

    async with both(broker, spell) as (cli, _, subject):
        questions = (ask(cli, subject, SPELL, Number(n)) for n in (1, 2))
        assert await asyncio.gather(*questions) == [Word("1"), Word("2")]


@pytest.mark.parametrize("outcome", ["answer", "refuse", "fail"])
async def test_an_answer_that_cannot_be_sent_ends_nothing(own_broker, outcome):
    tried = asyncio.Event()

    async def spell(number):
        if number.value == 2:
            return Word("still here")
        kill(own_broker)
        await until(lambda: not driver.is_connected)
        tried.set()
        if outcome == "refuse":
            raise Declined("gone", "gone")
        if outcome == "fail":
            raise ArithmeticError
        return Word("lost")

    async with both(own_broker, spell) as (cli, driver, subject):
        with pytest.raises(Unanswered):
            await ask(cli, subject, SPELL, Number(1), patience=0.5)
        await until(lambda: tried.is_set() and driver.is_connected and cli.is_connected)
        await all_heard(driver)
        assert await ask(cli, subject, SPELL, Number(2)) == Word("still here")


async def exchanged(client, answer, patience=2.0):
    exchange = Exchange()
    with exchange.answering(SUBJECT, {SPELL: answer}):
        return await exchange.ask(client, SUBJECT, SPELL, Number(3), patience)


async def test_a_question_inside_one_process_does_not_need_the_broker(own_broker):
    async def spell(number):
        return Word("x" * number.value)

    async with own_broker.connect("cli") as cli:
        kill(own_broker)
        assert await exchanged(cli, spell) == Word("xxx")


async def test_a_question_to_another_process_goes_through_the_broker(broker):
    async def spell(_):
        return Word("from afar")

    async with both(broker, spell) as (cli, _, subject):
        assert await Exchange().ask(cli, subject, SPELL, Number(3)) == Word("from afar")


@pytest.mark.parametrize(
    ("failure", "code"),
    [(Declined("unknown_session", "gone"), "unknown_session"), (KeyError(), "internal_error")],
)
async def test_a_refusal_inside_one_process_is_the_same(broker, failure, code):
    async def fail(_):
        raise failure

    async with broker.connect("cli") as cli:
        with pytest.raises(Declined) as declined:
            await exchanged(cli, fail)
    assert declined.value.code == code


async def test_a_slow_answer_inside_one_process_is_not_waited_for_longer_than_told(broker):
    async def sleep(_):
        await asyncio.sleep(30)

    async with broker.connect("cli") as cli:
        with pytest.raises(Unanswered):
            await exchanged(cli, sleep, patience=0.05)
