"""Starts the server alone: `python tests/iterm2_server --home DIR`."""

import runpy
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[2])  # not this folder, whose names are common words
runpy.run_module("tests.iterm2_server.command", run_name="__main__")
