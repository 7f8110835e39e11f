"""Every rule proves itself on its own examples when it is loaded."""

from collections.abc import Callable, Mapping
from typing import Protocol

from services.policy.blacklist import blacklisted
from services.policy.heads import is_keyword
from services.policy.knowledge.book import File
from services.policy.knowledge.check import check_file
from services.policy.layer import Layer, PolicyError, RuleFile, fault, keyed
from services.policy.line import split
from services.policy.paths import is_secret
from services.policy.variables import stands_for


class _Examples(Protocol):
    @property
    def match(self) -> tuple[str, ...]: ...
    @property
    def not_match(self) -> tuple[str, ...]: ...


def check_examples(layer: Layer, file: RuleFile, wrappers: Mapping[str, str]) -> None:
    """Raise PolicyError that names the file, the rule and the example."""

    def listed(text: str) -> bool:
        return any(blacklisted(split(text), file.blacklist.patterns, wrappers))

    def hidden(path: str) -> bool:
        return is_secret(path, file.secrets.patterns)

    _expect(layer, "blacklist", file.blacklist, listed)
    _expect(layer, "secrets", file.secrets, hidden)
    for name, group in file.environment.items():
        _expect(layer, f"environment.{name}", group, _named(group.names))
    check_file(keyed(layer, file))


def check_names(layer: Layer, file: RuleFile) -> None:
    """Raise PolicyError where something is described that is no command."""
    for name, _ in File(layer.path, file.command):
        if is_keyword(name):
            raise fault(layer, f"command.{name}", f"{name} is no command but a keyword")


def _expect(layer: Layer, rule: str, examples: _Examples, test: Callable[[str], bool]) -> None:
    for example in examples.match:
        if not test(example):
            raise PolicyError(f"{layer.path}: {rule}: does not match its example {example!r}")
    for example in examples.not_match:
        if test(example):
            raise PolicyError(f"{layer.path}: {rule}: must not match its example {example!r}")


def _named(names: tuple[str, ...]) -> Callable[[str], bool]:
    return lambda variable: any(stands_for(name, variable) for name in names)
