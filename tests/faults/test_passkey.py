"""A passkey signs what is dangerous, through the whole system; no page asks for it yet."""

import pytest

from services.runtime.rpc import Declined
from tests.support.authenticator import Authenticator
from tests.support.signing import enrolled, said_yes
from tests.system import System, is_fact


async def test_a_passkey_lets_a_dangerous_command_run(alone: System) -> None:
    device = Authenticator()
    await enrolled(alone, device)
    async with alone.client() as assistant:
        session = await assistant.session()
        asked = await assistant.run(session, "rm -r not-there", wait_ms=1000)
        assert asked["decision"]["tier"] == "dangerous"
        with pytest.raises(Declined) as declined:
            await said_yes(alone, asked["approval_id"], Authenticator())
        assert declined.value.code == "bad_signature"
        await said_yes(alone, asked["approval_id"], device)
        done = await assistant.call("wait_command", command_id=asked["command_id"], wait_ms=15000)
        await assistant.close_all()
    assert done["status"] == "completed"
    [granted] = await alone.facts(is_fact("ApprovalGranted", assurance="signed"))
    assert granted.event.by == "key:ada"
