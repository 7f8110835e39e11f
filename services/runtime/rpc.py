"""Questions between services: request and reply, announced so that `nats service ls` shows them."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import quote, unquote

import msgspec
import nats.micro
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.micro.request import Request
from nats.micro.service import EndpointConfig

logger = logging.getLogger(__name__)
_PRINTABLE = " !\"#$&'()*+,/:;<=>?@[\\]^_`{|}~"
"""What a header may hold beside letters and digits; the rest is percent-encoded."""


class Unanswered(ConnectionError):
    """Nobody answered the question in time."""


class Declined(RuntimeError):
    """The service answered that it will not; `code` is stable, the message is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Question[Q: msgspec.Struct, A: msgspec.Struct](msgspec.Struct, frozen=True):
    """A question that one service answers: the last token of its subject and both shapes."""

    name: str
    asks: type[Q]
    answers: type[A]


type Answering = Mapping[Question[Any, Any], Callable[[Any], Awaitable[msgspec.Struct]]]


async def ask[Q: msgspec.Struct, A: msgspec.Struct](
    client: Client, subject: str, question: Question[Q, A], body: Q, patience: float = 2.0
) -> A:
    """Ask and wait at most `patience` seconds. Raises Unanswered, Declined."""
    try:
        reply = await client.request(
            f"{subject}.{question.name}", msgspec.json.encode(body), timeout=patience
        )
    except NatsError as error:
        raise Unanswered(f"{subject}.{question.name}: {str(error) or 'no answer'}") from error
    if code := (reply.headers or {}).get("Nats-Service-Error-Code"):
        raise Declined(code, unquote((reply.headers or {}).get("Nats-Service-Error", "")) or code)
    return msgspec.json.decode(reply.data, type=question.answers)


class Exchange:
    """The questions between services of one process: asked by a call, without the broker.

    The broker costs four messages and two wake-ups of each side. What may be asked is the same:
    one process holds the keys of all its services.
    """

    def __init__(self) -> None:
        self._here: dict[str, Callable[[Any], Awaitable[Any]]] = {}

    @contextmanager
    def answering(self, subject: str, answers: Answering) -> Generator[None]:
        """Answer questions under `subject` while the block runs."""
        here = {f"{subject}.{question.name}": answer for question, answer in answers.items()}
        self._here |= here
        try:
            yield
        finally:
            for name in here:
                del self._here[name]

    async def ask[Q: msgspec.Struct, A: msgspec.Struct](
        self, client: Client, subject: str, question: Question[Q, A], body: Q, patience: float = 2.0
    ) -> A:
        """Ask whoever answers, in this process or elsewhere. Raises Unanswered, Declined."""
        name = f"{subject}.{question.name}"
        answer = self._here.get(name)
        if answer is None:
            return await ask(client, subject, question, body, patience)
        try:
            async with asyncio.timeout(patience):
                reply = await _outcome(answer(body), question)
        except TimeoutError as error:
            raise Unanswered(f"{name}: no answer") from error
        if isinstance(reply, Declined):
            raise reply
        return reply


@asynccontextmanager
async def answering(
    client: Client, name: str, subject: str, answers: Answering
) -> AsyncGenerator[None]:
    """Answer questions under `subject` while the block runs, each in a task of its own."""
    async with asyncio.TaskGroup() as tasks:
        service = await nats.micro.add_service(  # pyright: ignore[reportUnknownMemberType] - kwargs
            client, name=name, version="0.1.0", description=f"answers under {subject}"
        )
        for question, answer in answers.items():
            await service.add_endpoint(
                EndpointConfig(
                    name=question.name.replace(".", "-"),
                    subject=f"{subject}.{question.name}",
                    handler=_handler(tasks, question, answer),
                )
            )
        try:
            yield
        finally:
            if client.is_connected:
                await service.stop()


def _handler(
    tasks: asyncio.TaskGroup,
    question: Question[Any, Any],
    answer: Callable[[Any], Awaitable[msgspec.Struct]],
) -> Callable[[Request], Awaitable[None]]:
    async def handle(request: Request) -> None:
        if asks_in_good_faith(request):
            tasks.create_task(_respond(request, question, answer))
        else:
            logger.error("a question to %s wants its answer elsewhere; ignored", question.name)

    return handle


def asks_in_good_faith(request: Request) -> bool:
    """Whether the answer goes to an inbox: we answer with our own rights to publish."""
    reply = request._msg.reply  # pyright: ignore[reportPrivateUsage] - no accessor
    return reply.startswith("_INBOX_")


async def _respond(
    request: Request,
    question: Question[Any, Any],
    answer: Callable[[Any], Awaitable[msgspec.Struct]],
) -> None:
    try:
        reply = await _answered(request.data, question, answer)
        if isinstance(reply, Declined):
            await request.respond_error(reply.code, quote(reply.message, safe=_PRINTABLE))
        else:
            await request.respond(reply)
    except NatsError as error:
        logger.warning("could not answer %s: %s", question.name, error)


async def _answered(
    body: bytes, question: Question[Any, Any], answer: Callable[[Any], Awaitable[msgspec.Struct]]
) -> bytes | Declined:
    try:
        asked = msgspec.json.decode(body, type=question.asks)
    except msgspec.DecodeError as error:
        return Declined("bad_question", str(error))
    return await _outcome(_encoded(answer(asked)), question)


async def _encoded(answer: Awaitable[msgspec.Struct]) -> bytes:
    return msgspec.json.encode(await answer)


async def _outcome[A](answer: Awaitable[A], question: Question[Any, Any]) -> A | Declined:
    try:
        return await answer
    except Declined as declined:
        return declined
    except Exception:
        logger.exception("answering %s failed", question.name)
        return Declined("internal_error", f"{question.name} failed; see the logs")
