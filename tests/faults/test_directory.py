"""A directory whose name is no UTF-8, as an old archive may leave one behind."""

import os
from pathlib import Path

from tests.system import System


async def test_a_directory_without_a_readable_name_is_a_place_like_any_other(
    running: System, tmp_path: Path
) -> None:
    os.mkdir(os.fsencode(tmp_path) + b"/b\xffd")  # noqa: PTH102 - the name is made of bytes
    async with running.client() as assistant:
        session = await assistant.session()
        moved = await assistant.run(session, f"cd {tmp_path}/b*")
        assert moved["status"] == "completed", moved
        listed = await assistant.call("list_sessions")
        assert [each["cwd"] for each in listed["sessions"]] == [f"{tmp_path}/b\\xffd"]
        done = await assistant.run(session, "echo here")
        assert (done["exit_code"], done["untrusted_output"]["head"]) == (0, "here\n")
