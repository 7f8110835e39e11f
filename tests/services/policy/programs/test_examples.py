"""Each program of the package proves itself on its own examples."""

import pytest

from services.policy.builtin import builtin_layer
from services.policy.layer import read

pytestmark = pytest.mark.pure

PROGRAMS = read(builtin_layer()).program
EXAMPLES = [
    pytest.param(one, tier, text, id=f"{name}-{text}")
    for name, one in PROGRAMS.items()
    for tier, texts in one.match.items()
    for text in texts
]


def name_of(program) -> str:
    return program.names.split()[0]


@pytest.mark.parametrize(("program", "tier", "text"), EXAMPLES)
def test_an_example_of_a_program_gets_its_tier(typed, program, tier, text):
    submit = program.reads != "keys" or text[:1] in "/?:!#|"
    decision = typed(name_of(program), text, submit=submit)
    assert decision.tier == tier, decision.findings
