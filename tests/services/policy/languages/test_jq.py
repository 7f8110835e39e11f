"""Jq filters and what they reach besides their input."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.policy.knowledge.use import Use
from services.policy.languages.jq import uses
from services.policy.syntax.tree import NotUnderstood
from services.policy.value import UNKNOWN, Value

pytestmark = pytest.mark.pure

HARMLESS = [
    ".",
    "",
    '.a.b[0]?.c // "x"',
    '.[] | select(.name == "a" and (.x|length) > 2) | {name, y: .z, (.k): 1}',
    "map(.a) | add / length",
    ".spec.env[] | {env: .env, a: 1, env: 2}",
    '"a \\(.b | "c \\(.d)") \\n"',
    '@sh "echo \\(.a)", @base64',
    "def f(g; $x): g + $x; f(.a; 1) # comment",
    "reduce .[] as [$a, $b] (0; . + $a) | debug | halt_error",
    '[limit(3; .[])] | to_entries[] | "\\(.key)=\\(.value)"',
    '$x | .[1:2], .["env"], ..',
    "{env}",
    '"\\u0041\\u001b[1mx"',
    "input_filename, inputs, $__loc__",
    '"\\\\" , "env"',
]
LOADS = {
    'import "a" as a; a::f': ["a"],
    'include "lib/b"; .': ["lib/b"],
    'import "d" as $d; $d': ["d"],
    'include "a\\u0062"; .': [UNKNOWN],
}
REFUSED = [
    "env",
    '"\\u001b]0;x"',
    "[27] | implode",
    "env.PATH",
    "(env)",
    "$ENV",
    "$ENV.HOME",
    "$a::ENV",
    "def env: 1; env",
    "env | def env: 1; .",
    '"\\(env)"',
    '"\\("\\(env)")"',
    ".[env:2]",
    "{a: 1 | env}",
    "{(env): 1}",
    "[1, env]",
    "modulemeta",
    "frobnicate",
    "(",
    ")",
    "[)",
    '"a',
    '"a\\(',
    "# \\\nenv",
    "`a`",
    "(" * 40 + ")" * 40,
    f".{UNKNOWN}",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_a_filter_of_its_input_has_no_uses(text: str):
    assert list(uses(text)) == []


@pytest.mark.parametrize(("text", "modules"), LOADS.items())
def test_modules_are_loaded(text: str, modules: list[str]):
    assert list(uses(text)) == [Use("load", Value(module)) for module in modules]


@pytest.mark.parametrize("text", REFUSED)
def test_a_filter_that_is_not_followed_is_refused(text: str):
    with pytest.raises(NotUnderstood):
        list(uses(text))


PIECES = st.sampled_from(
    [".a", "|", "(", ")", "[", "]", "{", "}", '"', "\\(", "\\", "$x", "def f: ", "env", "import ",
     "#", "\n", ":", ",", "1", "@sh ", "map", "\u00e9"]
)  # fmt: skip


@settings(max_examples=150, deadline=1000)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_text_is_read_or_refused(text: str):
    with suppress(NotUnderstood):
        list(uses(text))
