"""The class of the place a path lies in, with nothing looked up."""

import re
from fnmatch import translate
from functools import lru_cache
from posixpath import join

import msgspec

from events.review import Place
from services.policy.paths import folded, is_secret
from services.policy.value import UNKNOWN, Value

_STREAM = re.compile(r"/dev/(?:null|zero|full|u?random|std(?:in|out|err)|tty|fd(?:/.*)?)|-")
_DISK = re.compile(
    r"/dev/(?:r?disk|sd[a-z]|hd[a-z]|vd[a-z]|xvd|nvme|mmcblk|mapper|dm-|md\d|loop|sr\d|k?mem$)"
)
_TEMP = re.compile(r"(?:/tmp|/var/tmp|/var/folders|/dev/shm)(?:/|$)")
_HOME = re.compile(r"(?:~|/users/[^/]+|/home/[^/]+|/var/root|/root)(?=/|$)")
_SYSTEM = re.compile(
    r"/(?:etc|bin|sbin|usr|lib\w*|opt/(?:homebrew|local)|boot|sys|proc|system|library|var|applications|run|snap"
    r"|cores|private|network|nix|efi|srv)(?:/|$)"
)
_WHOLE = re.compile(r"/|~|/(?:users|home)(?:/[^/]+)?|/root|/var/root")
_TOP = re.compile(r"/[^/]+|/usr/[^/]+|/system/[^/]+|/var/[^/]+")
_STARTS = re.compile(r"/\.|/bin/|/library/(?:launch|startup|preferences|application support)")
_STARTS_HERE = re.compile(
    r"(?:^|/)(?:\.git/(?:hooks|config|modules)|\.husky|\.vscode|\.idea|\.githooks|\.claude)(?:/|$)"
    r"|(?:^|/)(?:\.git|\.envrc|\.bazelrc|\.mcp\.json|\.gitmodules)$"
)
_QUIET = re.compile(r"~/\.(?:cache|npm|cargo/registry|trash)(?:/|$)")
_SOME = "\1"  # characters that no name has: only wildcards match them
_WILD = frozenset("*?[")
_LIKE = re.compile(r"\?|\[([^]!^])[^]]*\]|\[[!^][^]]+\]")
_EVERYTHING = frozenset({"*", "**", "*.*", "?*", ".*", "{*,.*}"})


class Location(msgspec.Struct, frozen=True):
    """A class of places; ``whole`` is `/` or a home, ``top`` a folder that a system rests on."""

    place: Place = ""
    whole: bool = False
    top: bool = False
    path: str = ""
    vague: bool = False
    sweeping: bool = False  # a pattern that takes all there is in a folder


class Ground(msgspec.Struct, frozen=True):
    """What paths are judged by: where the session was, and what counts as secret."""

    workspace: str
    secrets: tuple[str, ...]

    def locate(self, value: Value, cwd: str) -> Location:
        path = absolute(value.text, cwd)
        if _STREAM.fullmatch(path):
            return Location(path=path)
        folder, everything = _above(path, value.pattern)
        place = self._special(path, folder, value.pattern) or self._class(folder)
        all_of = everything and place not in {"temp", "workspace"}
        return Location(
            place,
            whole=all_of and _WHOLE.fullmatch(folder) is not None,
            top=all_of and _TOP.fullmatch(folder) is not None,
            path=path,
            vague=UNKNOWN in path or (value.pattern and _may_be_secret(path, self.secrets)),
            sweeping=value.pattern and everything,
        )

    def is_inside(self, path: str) -> bool:
        inside = path == self.workspace or path.startswith(self.workspace + "/")
        return bool(self.workspace) and inside

    def _special(self, path: str, folder: str, pattern: bool) -> Place | None:
        if path.startswith("/dev/") and not _TEMP.match(path):
            return "disk" if _DISK.match(path) else "device"
        if is_secret(path, self.secrets) or (pattern and _is_like_secret(path, self.secrets)):
            return "secret"
        return None if folder.startswith(("/", "~")) else "unknown"

    def _class(self, path: str) -> Place:
        if self.is_inside(path):
            inside = path[len(self.workspace) :]
            return "dotfile" if _STARTS_HERE.search(inside) else "workspace"
        if _TEMP.match(path):
            return "temp"
        if home := _HOME.match(path):
            return _in_home("~" + path[home.end() :])
        return "system" if _SYSTEM.match(path) or path == "/" else "other"


def absolute(text: str, cwd: str) -> str:
    """The one spelling of a path; it begins with UNKNOWN where its folder is not known."""
    if text == "-":
        return "-"
    path = text if text.startswith(("~", UNKNOWN, "/")) else join(cwd or UNKNOWN, text)
    known, unknown, rest = path.partition(UNKNOWN)
    if unknown:
        return _unclear(known, rest)
    path = folded(path)
    return path if path.startswith(("/", "~")) else UNKNOWN


def workspace_of(cwd: str) -> str:
    """The folder that is worked in; none where that would be a home or a part of the system."""
    path = absolute(cwd, UNKNOWN)
    plain = path.startswith(("/", "~")) and not _WHOLE.fullmatch(path)
    return path if plain and not _TEMP.match(path) and not _SYSTEM.match(path) else ""


def _unclear(known: str, rest: str) -> str:
    """What comes after something unknown may lead anywhere, so `..` there is not followed."""
    folder, slash, start = known.rpartition("/")
    if not slash or ".." in rest:
        return f"{UNKNOWN}{rest}".casefold()
    above = absolute(folder or "/", UNKNOWN)
    return f"{above.rstrip('/')}/{start}{UNKNOWN}{rest}".casefold()


def _above(path: str, pattern: bool) -> tuple[str, bool]:
    """The folder whose class a path has, and whether it is meant with all there is in it."""
    if UNKNOWN in path:
        return path[: path.index(UNKNOWN)].rpartition("/")[0] or path[:1], False
    if not pattern:
        return path, True
    parts = path.split("/")
    first = next((i for i, part in enumerate(parts) if not _WILD.isdisjoint(part)), len(parts))
    return "/".join(parts[:first]) or "/", all(part in _EVERYTHING for part in parts[first:])


def _in_home(path: str) -> Place:
    if _QUIET.match(path):
        return "home"
    inside = path[1:]
    return "dotfile" if _STARTS.match(inside) or _STARTS_HERE.search(inside) else "home"


@lru_cache(1024)
def _is_like_secret(path: str, secrets: tuple[str, ...]) -> bool:
    """Whether the plainest name that a pattern stands for is a secret's."""
    plain = _LIKE.sub(_instance, path)
    return any(is_secret(plain.replace("*", star), secrets) for star in ("", "0"))


@lru_cache(1024)
def _may_be_secret(path: str, secrets: tuple[str, ...]) -> bool:
    """Whether a pattern that is more than `*` could stand for the name of a secret."""
    names, places = _samples(secrets)
    parts = {part for part in path.split("/") if not _WILD.isdisjoint(part)}
    telling = [part for part in parts if part not in _EVERYTHING or part == ".*"]
    below = bool(telling) and any(map(re.compile(translate(path)).match, places))
    return below or any(_fits(names, part) for part in telling)


def _instance(wild: re.Match[str]) -> str:
    return wild[1] or "x"


@lru_cache(8)
def _samples(secrets: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names and places that the patterns of secrets stand for."""
    samples = [secret.casefold().replace("*", star) for secret in secrets for star in ("", _SOME)]
    names = dict.fromkeys(sample for sample in samples if "/" not in sample)
    return tuple(names), tuple(sample for sample in samples if "/" in sample)


def _fits(names: tuple[str, ...], pattern: str) -> bool:
    """An initial dot is matched by a dot only."""
    match = re.compile(translate(pattern)).match
    hidden = pattern.startswith(".")
    return any(match(name) for name in names if hidden or not name.startswith("."))
