"""The blacklist of the configuration. It only ever raises a tier.

A pattern matches a command, never a mere mention: the same program (`mkfs` also as `mkfs.ext4`
or `/sbin/mkfs`), at least the same flags in any order and spelling (`-rf`, `-r -f`, `-fr`), the
same leading words, and the same paths anywhere among the operands. A path is compared whole after
normalisation, so `rm -rf /` is `rm  -r -f //*` and is not `rm -rf /tmp/x`.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from posixpath import normpath

import msgspec

from services.policy.concern import Concern
from services.policy.heads import heads, program
from services.policy.line import Line, split

_LETTERS = {"--recursive": "r", "--force": "f"}


class _Shape(msgspec.Struct, frozen=True):
    """A command with spelling taken out."""

    program: str
    flags: frozenset[str]
    words: tuple[str, ...]
    paths: frozenset[str]


def blacklisted(
    line: Line, patterns: tuple[str, ...], wrappers: Mapping[str, str]
) -> Iterator[Concern]:
    shapes = [_shape(argv) for argv in heads(line, wrappers)]
    for pattern in patterns:
        if any(_covers(wanted, shape) for wanted in _wanted(pattern) for shape in shapes):
            yield Concern("blocked", "blacklist", f"The blacklist forbids {pattern!r}.")


@cache
def _wanted(pattern: str) -> tuple[_Shape, ...]:
    return tuple(_shape(segment.argv) for segment in split(pattern).segments if segment.words)


def _covers(wanted: _Shape, shape: _Shape) -> bool:
    return (
        (shape.program == wanted.program or shape.program.startswith(wanted.program + "."))
        and wanted.flags <= shape.flags
        and shape.words[: len(wanted.words)] == wanted.words
        and wanted.paths <= shape.paths
    )


def _shape(argv: tuple[str, ...]) -> _Shape:
    flags: set[str] = set()
    words: list[str] = []
    for word in argv[1:]:
        text = word.casefold()
        if text.startswith("--"):
            flags.add(_LETTERS.get(text, text))
        elif text.startswith("-"):
            flags.update(text[1:])
        else:
            words.append(_path(text))
    paths = frozenset(word for word in words if word.startswith(("/", "~")))
    return _Shape(
        program(argv), frozenset(flags), tuple(word for word in words if word not in paths), paths
    )


def _path(word: str) -> str:
    for name in ("${home}", "$home"):
        word = word.replace(name, "~")
    if not word.startswith(("/", "~")):
        return word
    return normpath(word.removesuffix("*")).replace("//", "/")
