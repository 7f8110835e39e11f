"""The code keeps the shape that CONTRIBUTING.md promises."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parents[1]
FOLDERS = ("events", "projections", "services", "tests", "benchmarks", "ops")
FILES = [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))]
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def functions() -> Iterator[tuple[str, int]]:
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, FUNCTION):
                yield f"{file.name}:{node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_no_file_is_longer_than_300_lines():
    lengths = {str(file): file.read_text(encoding="utf-8").count("\n") for file in FILES}
    assert {file: lines for file, lines in lengths.items() if lines > 300} == {}


def test_no_function_is_longer_than_40_lines():
    assert {name: lines for name, lines in functions() if lines > 40} == {}


def test_every_module_says_what_it_is():
    ours = [file for file in FILES if not file.is_relative_to(ROOT / "tests")]
    silent = [f for f in ours if not ast.get_docstring(ast.parse(f.read_text(encoding="utf-8")))]
    assert silent == []
