"""Every backend of this node, by the name that sessions are recorded with."""

import asyncio

from services.session_driver.terminal.host import Adoptable, Backend, Host


class Backends:
    """Finds the backend of a session; what happens to all of them happens here."""

    def __init__(self, **backends: Backend) -> None:
        self._backends = backends

    def add(self, name: str, backend: Backend) -> None:
        """Know one more, which needed what the others did not."""
        self._backends[name] = backend

    def of(self, name: str) -> Backend:
        """Return a backend. Raises KeyError where this node has none of that name."""
        return self._backends[name]

    @property
    def adoptable(self) -> dict[str, Adoptable]:
        """The backends that people have terminals in."""
        each = self._backends.items()
        return {name: backend for name, backend in each if isinstance(backend, Adoptable)}

    async def found(self) -> list[Host]:
        """Return the terminals of an earlier driver."""
        found = await asyncio.gather(*(each.found() for each in self._backends.values()))
        return [host for hosts in found for host in hosts]

    def close(self) -> None:
        """Leave; the terminals go on."""
        for each in self._backends.values():
            each.close()

    async def stop(self) -> None:
        """End every terminal."""
        await asyncio.gather(*(each.stop() for each in self._backends.values()))
