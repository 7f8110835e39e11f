"""The rules in force, as `eim doctor` and `eim validate` tell of them."""

from collections.abc import Iterator

from services.cli.finding import Finding, ok, wrong
from services.policy.configured import Additions, all_layers, configured_rules
from services.policy.layer import PolicyError
from services.policy.rules import Rules
from services.runtime.station import Station


def policy(station: Station) -> Iterator[Finding]:
    """Look at the rule files and the mode."""
    try:
        additions = station.additions
        rules = configured_rules(additions)
    except PolicyError as error:
        yield wrong("policy", str(error), "correct it, then look again with: eim validate")
        return
    yield ok("mode", modes(rules))
    yield ok("policy", f"{rules.version[:12]}, of {', '.join(sources(additions))}")


def modes(rules: Rules) -> str:
    """Name the modes in force, and what each means."""
    return "; ".join(f"{name}: {mode.why}" for name, mode in rules.modes.items()) or "standard"


def sources(additions: Additions) -> list[str]:
    """Name the files that rules came from."""
    return [layer.path for layer in all_layers(additions)]
