"""Past screens, asked for through the whole system."""

from tests.system import Assistant, Result, System, is_fact


async def screen(assistant: Assistant, session: str, **where: object) -> Result:
    return await assistant.call("read_screen", session_id=session, **where)


async def test_a_past_screen_is_shown_as_it_was_also_of_a_closed_session(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        first = await assistant.run(session, "echo the first screen")
        await assistant.run(session, "seq 1 300000", max_output_chars=200)
        then = await screen(assistant, session, at_seq=first["seq"])
        assert "the first screen" in then["untrusted_output"]["text"]
        closed = await assistant.call("close_session", session_id=session, wait_ms=20000)
        assert closed["status"] == "completed"
        again = await screen(assistant, session, at_seq=first["seq"])
        assert again == then
        now = (await screen(assistant, session))["error"]
        assert (now["code"], "at_seq=" in now["next_step"]) == ("session_closed", True)
        last = await screen(assistant, session, at_seq=closed["seq"])
        assert "300000" in last["untrusted_output"]["text"]
        assert "the first screen" not in last["untrusted_output"]["text"]


async def test_the_answer_says_how_much_was_printed_by_then(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        ran = await assistant.run(session, "echo hi")
        end = (await running.until(is_fact("ToolCallCompleted", call_id=ran["command_id"]))).event
        then = await screen(assistant, session, at_seq=ran["seq"] + 1000, format="ansi")
        assert (then["seq"], then["at_offset"]) == (ran["seq"], end.output.end_offset)
        assert "hi" in then["untrusted_output"]["text"]


async def test_a_position_from_before_the_session_is_refused_with_the_first_one(
    running: System,
) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
        opened = (await running.until(is_fact("SessionOpened", session_id=session))).sequence
        refused = (await screen(assistant, session, at_seq=opened - 1))["error"]
        assert (refused["code"], refused["valid_values"]) == (
            "unknown_position",
            [f"at_seq from {opened} on"],
        )
        shown = await screen(assistant, session, at_seq=opened)
        assert "$" in shown["untrusted_output"]["text"] or "#" in shown["untrusted_output"]["text"]


async def test_what_the_recording_no_longer_holds_is_refused(alone: System) -> None:
    async with alone.client() as assistant:
        session = await assistant.session()
        ran = await assistant.run(session, "echo hi")
        async with alone.broker.connect("operator") as operator:
            await operator.request("$JS.API.STREAM.PURGE.OUTPUT", b"", timeout=5)
        refused = (await screen(assistant, session, at_seq=ran["seq"]))["error"]
        assert refused["code"] == "not_recorded"
        assert "clustering.outputMaxAge" in refused["message"]


async def test_nobody_sees_past_screens_of_others(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session()
    other = running.key_of(f"{running.principal}-other")
    async with running.client(other) as stranger:
        theirs = (await screen(stranger, session, at_seq=99))["error"]
        nobodys = (await screen(stranger, "s999", at_seq=99))["error"]
    assert theirs["message"].replace(session, "s999") == nobodys["message"]
    assert {**theirs, "message": ""} == {**nobodys, "message": ""}
