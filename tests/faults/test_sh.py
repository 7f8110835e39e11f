"""A session with a shell that has no hooks."""

from tests.system import System, is_fact


async def test_sh_answers_with_output_and_exit_code_by_its_marker(running: System) -> None:
    async with running.client() as assistant:
        session = await assistant.session(shell="sh")
        results = [await assistant.run(session, text) for text in ("echo one", "ls /nope", "true")]
        assert [result["exit_code"] for result in results] == [0, 2, 0]
        assert results[0]["untrusted_output"]["head"] == "one\n"
        assert {result["completion"]["source"] for result in results} == {"marker"}
        assert all(result["completion"]["confirmed"] for result in results)
        page = await assistant.call("read_output", command_id=results[0]["command_id"])
        assert page["untrusted_output"]["text"] == "one\n"


async def test_several_lines_are_refused_by_a_shell_without_bracketed_paste(
    running: System,
) -> None:
    async with running.client() as assistant:
        session = await assistant.session(shell="sh")
        answer = await assistant.run(session, "echo a\necho b")
        refused = await running.until(is_fact("ToolCallRefused", call_id=answer["command_id"]))
        assert (answer["status"], refused.event.code) == (
            "blocked", "multiline_needs_bracketed_paste",
        )  # fmt: skip
