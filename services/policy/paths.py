"""Paths as a person means them: `~`, `..`, `/private` and case resolved, nothing looked up."""

import re
from collections.abc import Iterator
from fnmatch import translate
from functools import lru_cache
from posixpath import join, normpath

from events.base import plain
from events.review import Context

_HOME = re.compile(r"^(?:~|\$HOME|\$\{HOME\})(?=/|$)")
_ANY_HOME = re.compile(r"^(?:~[^/]*|\$HOME|\$\{HOME\})(?=/|$)")
_HOME_OF = re.compile(r"^(?:/users/[^/]+|/home/[^/]+|/var/root|/root)(?=/|$)")


def resolve(word: str, context: Context) -> str:
    """The absolute path a word stands for; relative where the context does not tell."""
    home = plain(context.environment.get("HOME", "")) or "~"
    path = _HOME.sub(lambda _: home, word)
    if not path.startswith(("/", "~")):
        path = join(plain(context.cwd), path)
    return folded(path)


@lru_cache(1024)
def folded(path: str) -> str:
    """One spelling for each path; macOS does not tell upper from lower case."""
    path = re.sub("^/+", "/", normpath(path)).casefold()
    return re.sub("^/private(?=/(?:etc|var|tmp|home)(?:/|$))", "", path)


def is_secret(path: str, patterns: tuple[str, ...]) -> bool:
    """A pattern without a slash names one part of a path, one with a slash a path from its root."""
    path = folded(path)
    names, places = _compiled(patterns)
    return places.match(path) is not None or any(map(names.match, path.split("/")))


@lru_cache(8)
def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What names a secret, and what is the place of secrets."""
    folded_case = [pattern.casefold() for pattern in patterns]
    names = [translate(pattern) for pattern in folded_case if "/" not in pattern]
    places = [pattern for pattern in folded_case if "/" in pattern]
    below = [translate(text) for place in places for text in (place, place + "/*")]
    return _any(names), _any(below)


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns) or "(?!)")


def is_own(word: str, context: Context, own_paths: tuple[str, ...]) -> bool:
    """Whether a word, or a part of it after `=`, `:`, `@` or `,`, lies in one of our places."""
    return any(_lies_in(word, own, context) for own in own_paths if own)


def _lies_in(word: str, own: str, context: Context) -> bool:
    if not own.startswith("/"):
        return own.casefold() in word.casefold()
    own = folded(own)
    places = (place for part in _parts(word) for place in _places(part, own, context))
    return any(place == own or place.startswith(own + "/") for place in places)


def _parts(word: str) -> Iterator[str]:
    yield word
    yield from (part for part in re.split("[=:@,]", word)[1:] if part)


def _places(part: str, own: str, context: Context) -> Iterator[str]:
    yield resolve(part, context)
    home = _HOME_OF.match(own)
    if home:
        yield resolve(_ANY_HOME.sub(lambda _: home[0], part), context)
