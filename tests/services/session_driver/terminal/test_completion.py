"""The best evidence decides, and what is inferred is not called confirmed."""

import pytest

from events.calls import Completion
from services.session_driver.terminal.completion import Evidence, Verdict, judge


def verdict(source: str, confirmed: bool, code: int | None = None) -> Verdict:
    return Verdict(Completion(source=source, confirmed=confirmed), code)


SHELL_BACK = {"back": 0.5, "quiet": 0.5, "editing": True}


@pytest.mark.pure
@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (Evidence(), None),
        (Evidence(ended=(3,), marker=(4,), shell_exit=(5,)), verdict("osc133", True, 3)),
        (Evidence(ended=(3,), several_lines=True), None),
        (Evidence(ended=(3,), prompted=(3,), several_lines=True), verdict("osc133", True, 3)),
        (Evidence(prompted=(130,)), verdict("osc133", True, 130)),
        (Evidence(marker=(4,), back=0.0, shell_exit=(5,)), verdict("marker", True, 4)),
        (Evidence(marker=(4,), integrated=True, quiet=60.0), None),
        (Evidence(prompted=(3,), marker=(4,), back=0.0), verdict("osc133", True, 3)),
        (Evidence(shell_exit=(5,)), verdict("process_exit", True, 5)),
        (Evidence(**SHELL_BACK), verdict("process_exit", True)),
        (Evidence(back=0.5, quiet=0.5), None),
        (Evidence(back=1.5, quiet=1.5), verdict("heuristic", False)),
        (Evidence(quiet=60.0), None),
        (Evidence(integrated=True, **SHELL_BACK), None),
        (Evidence(integrated=True, back=9.0, quiet=9.0), None),
        (Evidence(integrated=True, back=9.0, quiet=9.0, editing=True), verdict("heuristic", False)),
    ],
)
def test_evidence_is_ranked(evidence, expected):
    assert judge(evidence) == expected
