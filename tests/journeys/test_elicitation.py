"""A client's own user is asked where the policy takes the client's word, in both eras."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx2
import pytest
import pytest_asyncio
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.types import ElicitRequestFormParams, ElicitResult

from tests.journeys.conftest import EIM, Stack, started_in
from tests.system import Assistant

TRUSTING = {"EIM_SAFETY_REVIEW_ASSURANCE": "client-asserted"}
HARMLESS, DANGEROUS = "touch -c nothing", "sudo ls"
YES = ElicitResult(action="accept", content={"approve": True})
NO = ElicitResult(action="accept", content={"approve": False})
DECLINED, CLOSED = ElicitResult(action="decline"), ElicitResult(action="cancel")
ERAS = pytest.mark.parametrize("era", ["auto", "legacy"])

type User = Callable[[ElicitRequestFormParams], Awaitable[ElicitResult]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def trusting(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """A stack that takes a client's word for what is to be reviewed."""
    async with started_in(tmp_path_factory.mktemp("trusting"), **TRUSTING) as stack:
        yield stack


class Person:
    """The user of a client: keeps what they were shown, and answers as the test says."""

    def __init__(self, answer: ElicitResult, meanwhile: User | None = None) -> None:
        self.shown: list[str] = []
        self.taken_back = asyncio.Event()
        self._answer = answer
        self._meanwhile = meanwhile

    async def __call__(self, _: object, params: ElicitRequestFormParams) -> ElicitResult:
        self.shown.append(params.message)
        try:
            return await self._meanwhile(params) if self._meanwhile else self._answer
        except asyncio.CancelledError:
            self.taken_back.set()
            raise


@asynccontextmanager
async def over_stdio(
    stack: Stack, person: Person, era: str = "auto"
) -> AsyncIterator[tuple[Assistant, str]]:
    """Connect a client whose user this is; give it, and a session of its own."""
    server = StdioServerParameters(
        command=EIM[0], args=[*EIM[1:], "mcp"],
        env={**stack.environment, "EIM_CLIENT_KEY": stack.token},
    )  # fmt: skip
    async with Client(server, mode=era, elicitation_callback=person) as client:
        yield (assistant := Assistant(client)), await assistant.session()
        await assistant.close_all()


@asynccontextmanager
async def over_http(
    stack: Stack, person: Person, era: str = "auto"
) -> AsyncIterator[tuple[Assistant, str]]:
    """Connect a client whose user this is; give it, and a session of its own."""
    headers = {"Authorization": f"Bearer {stack.token}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=70) as http,
        Client(
            streamable_http_client(stack.url, http_client=http),
            mode=era, elicitation_callback=person,
        ) as client,
    ):  # fmt: skip
        yield (assistant := Assistant(client)), await assistant.session()
        await assistant.close_all()


async def events(stack: Stack, session: str) -> str:
    """Return what happened in a session."""
    code, said = await stack.eim("events", "--session", session)
    assert code == 0, said
    return said


async def ended(assistant: Assistant, answer: dict[str, object]) -> dict[str, object]:
    """Return how a call ended."""
    return await assistant.call("wait_command", command_id=answer["command_id"], wait_ms=20000)


@ERAS
async def test_what_the_user_lets_happen_in_the_client_happens(trusting: Stack, era: str) -> None:
    person = Person(YES)
    async with over_stdio(trusting, person, era) as (assistant, session):
        done = await assistant.run(session, HARMLESS)
        assert (done["status"], done["exit_code"]) == ("completed", 0)
        happened = await events(trusting, session)
    assert [HARMLESS in shown for shown in person.shown] == [True]
    assert "ApprovalGranted" in happened
    assert "by client:tester (client-asserted)" in happened


async def test_a_client_over_http_asks_between_two_requests(trusting: Stack) -> None:
    person = Person(YES)
    async with over_http(trusting, person) as (assistant, session):
        done = await assistant.run(session, HARMLESS)
        assert (done["status"], len(person.shown)) == ("completed", 1)
        assert (await events(trusting, session)).count("ToolCallRequested") == 2  # the session too


async def test_an_older_client_over_http_cannot_be_asked(trusting: Stack) -> None:
    person = Person(YES)
    async with over_http(trusting, person, "legacy") as (assistant, session):
        asked = await assistant.run(session, HARMLESS, wait_ms=1000)
    assert (asked["status"], person.shown) == ("awaiting_approval", [])


@ERAS
@pytest.mark.parametrize("answer", [NO, DECLINED], ids=["no", "declined"])
async def test_what_the_user_refuses_in_the_client_is_denied(
    trusting: Stack, era: str, answer: ElicitResult
) -> None:
    async with over_stdio(trusting, Person(answer), era) as (assistant, session):
        refused = await assistant.run(session, HARMLESS)
    assert (refused["status"], refused["decided_by"]) == ("denied", "client:tester")


@ERAS
async def test_a_closed_dialog_leaves_the_question_to_others_and_does_not_come_back(
    trusting: Stack, era: str
) -> None:
    person = Person(CLOSED)
    async with over_stdio(trusting, person, era) as (assistant, session):
        asked = await assistant.run(session, HARMLESS, wait_ms=2000)
        again = await assistant.call("wait_command", command_id=asked["command_id"], wait_ms=500)
        assert (asked["status"], again["status"]) == ("awaiting_approval", "awaiting_approval")
        assert len(person.shown) == 1
        code, said = await trusting.eim("approve", again["approval_id"])
        assert code == 0, said
        assert (await ended(assistant, asked))["status"] == "completed"


async def test_a_dialog_is_taken_back_when_somebody_else_was_first(trusting: Stack) -> None:
    async def never(_: ElicitRequestFormParams) -> ElicitResult:
        await asyncio.Event().wait()
        return NO

    person = Person(NO, never)
    async with over_stdio(trusting, person, "legacy") as (assistant, session):
        call = asyncio.ensure_future(assistant.run(session, HARMLESS))
        code, said = await trusting.eim("approve", await only_question(trusting))
        assert code == 0, said
        assert (await call)["status"] == "completed"
        async with asyncio.timeout(10):
            await person.taken_back.wait()


@ERAS
async def test_an_answer_that_comes_after_another_one_does_not_count(
    trusting: Stack, era: str
) -> None:
    async def overtaken(_: ElicitRequestFormParams) -> ElicitResult:
        code, said = await trusting.eim("approve", await only_question(trusting))
        assert code == 0, said
        return NO

    async with over_stdio(trusting, Person(NO, overtaken), era) as (assistant, session):
        assert (await assistant.run(session, HARMLESS))["status"] == "completed"


async def only_question(stack: Stack) -> str:
    """Return the id of the one question that is open, once it is."""
    async with asyncio.timeout(30):
        while not (listed := (await stack.eim("approvals"))[1]).startswith("ap"):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)
    return listed.split()[0]


@ERAS
async def test_nobody_is_asked_in_the_client_about_what_is_dangerous(
    trusting: Stack, era: str
) -> None:
    person = Person(YES)
    async with over_stdio(trusting, person, era) as (assistant, session):
        asked = await assistant.run(session, DANGEROUS, wait_ms=2000)
    assert (asked["status"], asked["decision"]["tier"]) == ("awaiting_approval", "dangerous")
    assert person.shown == []


@ERAS
async def test_a_clients_word_counts_for_nothing_unless_it_is_configured(
    stack: Stack, era: str
) -> None:
    person = Person(YES)
    async with over_stdio(stack, person, era) as (assistant, session):
        asked = await assistant.run(session, HARMLESS, wait_ms=2000)
    assert (asked["status"], person.shown) == ("awaiting_approval", [])


async def test_an_answer_to_another_call_than_was_asked_about_does_nothing(trusting: Stack) -> None:
    async with over_http(trusting, Person(CLOSED)) as (assistant, session):
        asked = await assistant.run(session, HARMLESS, wait_ms=2000)
        call, approval = asked["command_id"], asked["approval_id"]
        answers = [
            await with_state(assistant, session, "touch -c other", f"{call}.{approval}"),
            await with_state(assistant, session, HARMLESS, f"{call[:-1]}0.{approval}"),
        ]
        codes = [answer["error"]["code"] for answer in answers]
        assert codes == ["idempotency_conflict", "unknown_command"]
        still = await assistant.call("wait_command", command_id=call, wait_ms=0)
        assert still["status"] == "awaiting_approval"
        yes = await with_state(assistant, session, HARMLESS, f"{call}.{approval}")
        assert yes["status"] == "completed"


async def with_state(
    assistant: Assistant, session: str, command: str, state: str
) -> dict[str, object]:
    """Answer yes as a client does that says that it was asked this."""
    result = await assistant.client.session.call_tool(
        "run_command",
        {"session_id": session, "command": command, "wait_ms": 10000},
        input_responses={"approve": YES},
        request_state=state,
        allow_input_required=True,
    )
    return result.structured_content or {}
