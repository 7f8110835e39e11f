"""Addresses of ours as a command would write them: `HOST:PORT`, or host and port apart."""

import re
from collections.abc import Iterable

_APART = re.compile(r"[\s=@,;/:|&'\"<>()\[\]]+")
_NUMBER = re.compile(r"0x[0-9a-f]{1,8}|[0-9]{1,11}")
_OURSELVES = frozenset({"localhost", "localhost.", "ip6-localhost", "ip6-loopback"})
_ANYWHERE = "0.0.0.0"  # noqa: S104 - nothing is bound: connecting there reaches this machine
_V6 = re.compile(r"(?<![\w:.])(?:0{0,4}:){2,7}0{0,3}1(?![\w:])")


def names_address(words: Iterable[str], own: str) -> bool:
    """Whether these words hold both parts of an address `HOST:PORT` of ours, in any order."""
    host, _, port = own.rpartition(":")
    if not host or not port.isdecimal():
        return False
    text = " ".join(words).casefold()
    parts = {part for part in _APART.split(text) if part}
    if port not in {part.lstrip("0") for part in parts}:
        return False
    host = host.strip("[]").casefold()
    if not _is_loopback(host):
        return host in parts
    return any(map(_is_loopback, parts)) or _V6.search(text) is not None


def _is_loopback(host: str) -> bool:
    named = host in _OURSELVES or host.endswith(".localhost")
    return named or host in {"::1", _ANYWHERE} or _is_127(host)


def _is_127(host: str) -> bool:
    """127.0.0.0/8, also as `127.1`, `0x7f000001` or `2130706433`, as programs read it."""
    parts = host.split(".")
    if len(parts) > 4 or not all(map(_NUMBER.fullmatch, parts)):
        return False
    first = _number(parts[0])
    return first >> 24 == 127 if len(parts) == 1 else first == 127


def _number(text: str) -> int:
    if text.startswith("0x"):
        return int(text, 16)
    octal = text.startswith("0") and not set(text) & {"8", "9"}
    return int(text, 8 if octal else 10)
