"""Jobs of one key run one after the other; different keys run side by side."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

type Job = Callable[[], Awaitable[None]]


class Lanes:
    """One lane for each key that has work; a job already waiting is not taken twice."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks
        self._lanes: dict[str, deque[tuple[int, Job]]] = {}

    def put(self, key: str, number: int, job: Job) -> None:
        """Queue a job; `number` tells it from the others of its lane."""
        lane = self._lanes.get(key)
        if lane is None:
            self._lanes[key] = lane = deque([(number, job)])
            self._tasks.create_task(self._work(key, lane))
        elif all(number != waiting for waiting, _ in lane):
            lane.append((number, job))

    async def _work(self, key: str, lane: deque[tuple[int, Job]]) -> None:
        while lane:
            await lane[0][1]()
            lane.popleft()
        del self._lanes[key]
