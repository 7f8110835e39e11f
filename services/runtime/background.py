"""Tasks that belong to a block: they end with it, and their failure ends it."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager


class Background:
    """Starts tasks inside the block that owns them."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[None, None, None]) -> None:
        """Run `work` until it ends or the block does."""
        task = self._group.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def stop(self) -> None:
        """Cancel whatever still runs."""
        for task in self._running:
            task.cancel()


@asynccontextmanager
async def background() -> AsyncGenerator[Background]:
    """Own tasks for the length of a block."""
    async with asyncio.TaskGroup() as group:
        tasks = Background(group)
        try:
            yield tasks
        finally:
            tasks.stop()
