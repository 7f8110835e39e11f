"""Answers `osascript`, which clients ask for a cookie. A stand-in for it is put below the home."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from tests.iterm2_server.cookies import Jar
from tests.iterm2_server.human import Human

_STAND_IN = """#!{python}
# Stands in for /usr/bin/osascript: asks the test server, and ends as the real one would.
import json, socket, sys

asked = sys.argv[1:]
script = asked[asked.index("-e") + 1] if "-e" in asked else sys.stdin.read()
with socket.socket(socket.AF_UNIX) as server:
    server.connect({path!r})
    server.sendall(script.encode())
    server.shutdown(socket.SHUT_WR)
    said = json.loads(server.makefile().read())
sys.stdout.write(said["out"])
sys.stderr.write(said["err"])
sys.exit(said["code"])
"""


@dataclass
class AppleScript:
    """What iTerm2 and the system say to a script."""

    jar: Jar
    human: Human
    running: bool = True
    enabled: bool = True  # the Python API
    consent: bool = True  # the system lets the caller automate iTerm2
    asks: bool = False  # whether iTerm2 asks the person first

    async def run(self, script: str) -> dict[str, str | int]:
        if "is running" in script:
            return _said("yes" if self.running else "no")
        refusal = self._refusal(script)
        if refusal is None and self.asks and not await self.human.asked():
            refusal = _failed("The user declined.", 2)
        if refusal is not None:
            return refusal
        cookie = self.jar.mint(reusable="reusable true" in script)
        return _said(f"{cookie} {str(uuid4()).upper()}" if "and key" in script else cookie)

    def _refusal(self, script: str) -> dict[str, str | int] | None:
        if not self.consent:
            return _failed("Not authorized to send Apple events to iTerm2.", -1743)
        if not self.running:
            return _failed("Application isn't running.", -600)
        if "request cookie" not in script:
            return _failed("Expected end of line but found identifier.", -2741)
        return None if self.enabled else _failed("The Python API is not enabled.", 1)


def _said(text: str) -> dict[str, str | int]:
    return {"out": f"{text}\n", "err": "", "code": 0}


def _failed(reason: str, number: int) -> dict[str, str | int]:
    return {"out": "", "err": f"0:0: execution error: {reason} ({number})\n", "code": 1}


@asynccontextmanager
async def answering(script: AppleScript, home: Path) -> AsyncGenerator[None]:
    """Put the stand-in into `bin` below the home, and answer it."""
    folder = home / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "osascript.socket"
    path.unlink(missing_ok=True)
    stand_in = folder / "osascript"
    stand_in.write_text(_STAND_IN.format(python=sys.executable, path=str(path)))
    stand_in.chmod(0o700)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = await script.run((await reader.read()).decode())
        writer.write(json.dumps(said).encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_unix_server(answer, path):
        yield
    path.unlink(missing_ok=True)
