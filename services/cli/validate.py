"""`eim validate`: checks the configuration without starting anything."""

from services.cli import here
from services.cli.rules import modes, sources
from services.policy.configured import configured_rules
from services.policy.proof import prove_package
from services.runtime.data_folder import check_writable


def validate(file: str = "", /) -> int:
    """Check the configuration and the rule files.

    Parameters
    ----------
    file
        The file to check, instead of config.json in the data folder. Variables of the
        environment and a .env file beside it count, too.
    """
    station = here.station({"config": file} if file else {})
    prove_package()
    additions = station.additions
    rules = configured_rules(additions)
    check_writable(station.home.root)
    checked = file or str(station.home.config)
    exists = "" if file or station.home.config.exists() else " (not there: all defaults)"
    print(f"The configuration can be used: {checked}{exists}, policy {rules.version[:12]}.")
    print(f"Mode {modes(rules)}. Rules of {', '.join(sources(additions))}.")
    return 0
