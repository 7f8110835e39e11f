import json
import logging
import warnings

import pytest

from services.runtime.logs import configure_logs


@pytest.fixture(autouse=True)
def _as_it_was():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    libraries = {name: logging.getLogger(name).level for name in ("uvicorn", "mcp")}
    yield
    for name, before in libraries.items():
        logging.getLogger(name).setLevel(before)
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


def test_a_line_is_one_json_object_whatever_it_holds(capsys):
    configure_logs("front", "info", "json")
    logging.getLogger("a.b").info("two\nlines of %s", '"x"')
    said = capsys.readouterr()
    line = json.loads(said.err)
    del line["time"]
    assert line == {
        "level": "info",
        "service": "front",
        "logger": "a.b",
        "message": 'two\nlines of "x"',
    }
    assert said.out == ""


def test_an_error_carries_its_trace(capsys):
    configure_logs("front", "info", "json")
    try:
        int("broken")
    except ValueError:
        logging.getLogger("a").exception("oh")
    assert json.loads(capsys.readouterr().err)["error"].endswith("'broken'\n")


def test_what_is_below_the_level_is_not_said(capsys):
    configure_logs("front", "warning", "json")
    logging.getLogger("a").info("quiet")
    assert capsys.readouterr().err == ""


def test_text_is_for_people(capsys):
    configure_logs("front", "info", "text")
    logging.getLogger("a").warning("mind")
    assert capsys.readouterr().err.endswith(" WARNING front a: mind\n")


def test_warnings_of_python_are_logged(capsys):
    configure_logs("front", "info", "json")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    assert json.loads(capsys.readouterr().err)["logger"] == "py.warnings"


@pytest.mark.parametrize(("level", "heard"), [("info", False), ("debug", True)])
def test_the_steps_of_libraries_are_for_debugging(capsys, level, heard):
    configure_logs("front", level, "json")
    logging.getLogger("uvicorn.error").info("Started server process")
    assert ("Started" in capsys.readouterr().err) is heard
