"""A command ends by its own marks only."""

from events.calls import Completion
from services.session_driver.terminal.capture import Capture
from services.session_driver.terminal.completion import Evidence
from services.session_driver.terminal.marks import Mark
from services.session_driver.terminal.prompt import PromptState
from services.session_driver.terminal.run import Ending, Run

MARKED = Completion(source="osc133", confirmed=True)


def running() -> Run:
    return Run(Capture(b"key"), PromptState(n=5, prompt=9), Evidence(integrated=True))


async def test_the_end_of_another_command_is_not_its_end():
    run = running()
    run.marked(Mark("end", 10, 20, n=5, exit_code=0))
    run.marked(Mark("prompt", 20, 30, n=5, prompt=9, exit_code=0))
    assert run.ending is None


async def test_only_what_is_printed_between_its_marks_is_its_output():
    run = running()
    run.printed(b"echo hi\r\n", 100)
    run.marked(Mark("command", 100, 140, n=6))
    run.printed(b"hi\r\n", 144)
    run.marked(Mark("end", 144, 180, n=6, exit_code=0))
    run.printed(b"prompt", 190)
    assert run.ending == Ending(MARKED, 0, True, 140, 144)
    assert run.capture.excerpt(100).head == "hi\n"
