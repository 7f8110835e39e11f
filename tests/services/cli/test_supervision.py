import asyncio

import pytest

from services.cli import supervision
from services.cli.refused import CannotStart
from services.cli.supervision import supervised
from services.runtime.lock import Taken


class Service:
    """Ends as it is told, each time in another way; then it is asked to leave and does."""

    def __init__(self, *ends: BaseException | None) -> None:
        self.ends = list(ends)
        self.starts = 0
        self.stopping = asyncio.Event()

    async def run(self) -> None:
        self.starts += 1
        if not self.ends:
            self.stopping.set()
        elif end := self.ends.pop(0):
            raise end


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "FIRST_PAUSE", 0.001)


async def kept(service: Service, *, started: bool = True) -> None:
    async with asyncio.timeout(5):
        await supervised("it", service.run, service.stopping, lambda: started)


async def test_a_service_that_fails_is_started_again_alone():
    service = Service(RuntimeError("a"), ExceptionGroup("b", [OSError("c")]))
    await kept(service)
    assert service.starts == 3


async def test_what_a_person_must_mend_ends_the_start():
    with pytest.raises(CannotStart, match="in use"):
        await kept(Service(Taken("in use")), started=False)


async def test_what_a_person_must_mend_is_tried_again_once_all_have_started():
    service = Service(Taken("in use"))
    await kept(service)
    assert service.starts == 2


async def test_a_service_that_fails_while_it_leaves_is_not_started_again():
    service = Service(RuntimeError("a"))

    async def run() -> None:
        service.stopping.set()
        await service.run()

    async with asyncio.timeout(5):
        await supervised("it", run, service.stopping, lambda: True)
    assert service.starts == 1


async def test_a_service_that_ends_although_nobody_asked_is_started_again_and_told(caplog):
    service = Service(None)
    await kept(service)
    assert service.starts == 2
    assert "it failed and is started again: LeftUnasked" in caplog.text


async def test_a_service_that_cancels_itself_is_started_again():
    service = Service(asyncio.CancelledError())
    await kept(service)
    assert service.starts == 2


async def test_a_service_that_is_ended_is_not_started_again():
    running = asyncio.Event()

    async def run() -> None:
        running.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(supervised("it", run, asyncio.Event(), lambda: True))
    async with asyncio.timeout(5):
        await running.wait()
        task.cancel()
        await asyncio.wait({task})
    assert task.cancelled()
