"""The files of knowledge that come with the package."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import msgspec

from services.policy.knowledge.book import File
from services.policy.knowledge.check import check_described, check_file
from services.policy.knowledge.command import Command
from services.policy.knowledge.fault import PolicyError


@cache
def packaged() -> tuple[File, ...]:
    """Load and check them. Raises PolicyError."""
    found = tuple(decode(*each) for each in texts())
    for file in found:
        check_file(file)
        check_described(file)
    return found


def decode(path: str, content: str) -> File:
    try:
        return File(path, msgspec.toml.decode(content, type=dict[str, Command]))
    except msgspec.DecodeError as error:
        raise PolicyError(f"{path}: {error}") from error


def texts() -> Iterator[tuple[str, str]]:
    """The files as they are, by name."""
    folder = files("services.policy.knowledge")
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".toml"):
            yield entry.name, entry.read_text(encoding="utf-8")
