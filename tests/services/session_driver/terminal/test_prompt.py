"""The prompt's state follows the marks."""

import pytest

from services.session_driver.terminal.marks import Mark
from services.session_driver.terminal.prompt import PromptState, begun, evolve, typed


def after(*marks: Mark) -> PromptState:
    state = PromptState()
    for mark in marks:
        state = evolve(state, mark)
    return state


def mark(kind, **fields) -> Mark:
    return Mark(kind, 0, 0, **fields)


PROMPTED = (mark("prompt", n=5, prompt=9, exit_code=1), mark("input", n=5))


@pytest.mark.pure
def test_a_prompt_is_idle_and_empty():
    state = after(*PROMPTED)
    assert (state.status, state.n, state.prompt, state.line_empty) == ("idle", 5, 9, True)
    assert not typed(state).line_empty


@pytest.mark.pure
def test_a_command_runs_until_the_next_prompt():
    state = after(*PROMPTED, mark("command", n=6), mark("end", n=6, exit_code=3))
    assert (state.status, state.n, state.exit_code, state.line_empty) == ("running", 6, 3, False)


@pytest.mark.pure
def test_a_prompt_told_by_a_marker_takes_no_paste():
    on = mark("bracketed_paste", on=True)
    state = after(on, mark("marker", prompt=3, exit_code=4), mark("input", prompt=3))
    assert (state.status, state.prompt, state.exit_code) == ("idle", 3, 4)
    assert not state.bracketed_paste
    assert not evolve(state, on).bracketed_paste
    assert evolve(begun(state), on).bracketed_paste


@pytest.mark.pure
def test_marks_of_an_earlier_command_change_nothing():
    state = after(*PROMPTED, mark("command", n=6))
    assert evolve(state, mark("input", n=5)) is state
    assert evolve(state, mark("end", n=5, exit_code=0)) is state


@pytest.mark.pure
@pytest.mark.parametrize(
    ("version", "integration"), [("5.2.15", "full"), ("4.4.0", "full"), ("3.2.57", "partial")]
)
def test_a_shell_says_how_much_it_can_tell(version, integration):
    state = after(mark("report", name="ready", value=f"bash,{version}"))
    assert (state.integration, state.shell_version) == (integration, version)


@pytest.mark.pure
def test_reports_are_decoded():
    state = after(
        mark("report", name="cwd", value="/a%20b/%C3%A4"),
        mark("report", name="env", value="PATH,PAGER"),
    )
    assert (state.cwd, state.changed_environment) == ("/a b/ä", ("PATH", "PAGER"))
