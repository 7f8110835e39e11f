"""A publisher gone wrong can say nonsense under its own subjects; nobody falls over it."""

from tests.system import System


async def test_a_message_that_is_no_event_stops_nobody(alone: System) -> None:
    async with alone.broker.connect("mcp_front") as front:
        await front.request("evt.test.s1.call-requested", b'{"type":"Nonsense"}', timeout=5)
        await front.request("evt.test.s1.call-requested", b"\xff", timeout=5)
    async with alone.client() as assistant:
        session = await assistant.session()
        assert (await assistant.run(session, "echo hi"))["exit_code"] == 0


async def test_an_answer_goes_to_an_inbox_only(alone: System) -> None:
    async with alone.broker.connect("mcp_front") as front:
        await front.publish("rpc.safety_reviewer.withdraw", b"{}", reply="evt.test.s1.call-cleared")
        await front.flush()
    async with alone.client() as assistant:
        session = await assistant.session()
        assert (await assistant.run(session, "echo hi"))["exit_code"] == 0
    assert not await alone.log.stored(0, "evt.test.s1.*")
