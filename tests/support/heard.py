"""What a terminal tells of the people who attach to it past us."""

import asyncio

from services.session_driver.terminal.host import Guest


class Heard:
    """A company that writes down what it is told; `allowed` lets the next key through."""

    def __init__(self) -> None:
        self.has_control = False
        self.told: list[tuple[str, Guest]] = []
        self.allowed = asyncio.Event()
        self.allowed.set()

    def came(self, guest: Guest) -> None:
        self.told.append(("came", guest))

    def went(self, guest: Guest) -> None:
        self.told.append(("went", guest))

    async def types(self, guest: Guest) -> None:
        self.told.append(("types", guest))
        self.has_control = True
        await self.allowed.wait()

    async def takes(self, guest: Guest) -> None:
        self.told.append(("takes", guest))
        self.has_control = True

    async def returns(self, guest: Guest) -> None:
        self.told.append(("returns", guest))
        self.has_control = False

    @property
    def words(self) -> list[str]:
        return [word for word, _ in self.told]
