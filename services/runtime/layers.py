"""Configuration from several places laid over each other; every problem is told, not the first."""

import difflib
import re
from collections.abc import Mapping
from typing import Annotated, Literal, TypeAliasType, cast, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo, fields

from services.runtime.settings import Config, problems

_REFERENCE = re.compile(r"\$(\$?)\{(\w+)(?::-([^}]*))?\}")
_ASSIGNMENT = re.compile(
    r"""\s*(?:export\s+)?(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)'|(.*?))\s*(?:(?<=\s)\#.*)?"""
)
_SECTION = re.compile(r"EIM_[A-Z]+_|[a-z]+\.")
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


class ConfigError(ValueError):
    """The configuration cannot be used; `problems` says why, one line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Layer(msgspec.Struct, frozen=True):
    """Values by path (`server.port`) from one place; `texts` where numbers come as text too."""

    source: str
    values: Mapping[str, object]
    texts: bool = False


def settings() -> dict[str, FieldInfo]:
    """Return every setting by its path."""
    return {
        f"{section.encode_name}.{setting.encode_name}": setting
        for section in fields(Config)
        for setting in fields(section.type)
    }


def variable(path: str) -> str:
    """Return a setting's environment variable: EIM_SERVER_CONSOLE_PORT for server.consolePort."""
    return "EIM_" + _WORD.sub("_", path).replace(".", "_").upper()


def combine(layers: list[Layer], variables: Mapping[str, str]) -> Config:
    """Return the configuration; a later layer wins, `${VAR}` is filled in. Raises ConfigError."""
    found: dict[str, dict[str, object]] = {}
    wrong: list[str] = []
    for layer in layers:
        for path, raw in layer.values.items():
            try:
                value = _value(path, raw, variables, layer.texts)
            except ValueError as error:
                wrong.append(f"{path}: {error} [{layer.source}]")
            else:
                section, _, key = path.partition(".")
                found.setdefault(section, {})[key] = value
    config = Config() if wrong else msgspec.convert(found, Config)
    if wrong := wrong or problems(config):
        raise ConfigError(wrong)
    return config


def assignments(text: str) -> dict[str, str]:
    """Return the variables of a .env file; quotes around a value are taken off."""
    found = filter(None, map(_ASSIGNMENT.fullmatch, text.splitlines()))
    return {match[1]: match[2] or match[3] or match[4] or "" for match in found}


def expand(value: object, variables: Mapping[str, str]) -> object:
    """Fill in `${VAR}` and `${VAR:-default}`; `$${VAR}` stands for itself."""
    if isinstance(value, list):
        return [expand(item, variables) for item in cast("list[object]", value)]
    if not isinstance(value, str):
        return value

    def fill(match: re.Match[str]) -> str:
        escaped, name, default = match.groups()
        if escaped:
            return match[0][1:]
        filled = variables.get(name) or default
        if filled is None:
            raise ValueError(f"the variable {name} is not set")
        return filled

    return _REFERENCE.sub(fill, value)


def _value(path: str, raw: object, variables: Mapping[str, str], texts: bool) -> object:
    setting = settings().get(path)
    if setting is None:
        raise ValueError(_unknown(path))
    value = expand(raw, variables)
    lax = texts or value != raw
    if lax and isinstance(value, str) and get_origin(setting.type) is tuple:
        value = _listed(value)
    try:
        return msgspec.convert(value, setting.type, strict=not lax)
    except msgspec.ValidationError as error:
        raise ValueError(f"must be {_choices(setting.type)}, not {raw!r}") from error


def _listed(text: str) -> object:
    """A list in a variable: JSON, or simply separated by commas."""
    if text.lstrip().startswith("["):
        return msgspec.json.decode(text)
    return [item.strip() for item in text.split(",") if item.strip()]


def _unknown(path: str) -> str:
    names = [*settings(), *map(variable, settings())]
    section = _SECTION.match(path)
    siblings = [name for name in names if section and name.startswith(section[0])]
    if not siblings:
        return f"unknown; the sections are {', '.join(Config.__struct_fields__)}"
    near = difflib.get_close_matches(path, siblings, 1)
    guess = f", did you mean {near[0]}?" if near else ";"
    return f"unknown{guess} there are {', '.join(siblings)}"


def _choices(kind: object) -> str:
    while isinstance(kind, TypeAliasType):
        kind = kind.__value__
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(str(choice) for choice in get_args(kind))
    if get_origin(kind) is Annotated:
        return _range(get_args(kind)[1])
    return "a text" if kind is str else "a list of texts"


def _range(limits: msgspec.Meta) -> str:
    top = f" to {limits.le}" if limits.le is not None else " up"
    return f"a whole number from {limits.ge}{top}"
