"""Why commands that only look, by their label, were asked about: the gravest cause of each."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from events.review import Decision

CHANGES: Final = "writes, deletes or moves files, or changes who may use them: the label is wrong"
_UNKNOWN: Final = re.compile("\N{HORIZONTAL ELLIPSIS}|no or several words")
_BY_RULE: Final = (
    (CHANGES, "(?:write|delete|delete-tree|mode)(?:-[a-z]+)?"),
    (
        "changes a setting, a program or a state, by the tables",
        "(?:state|process|signal|variable|install|system|persist|cloud|expose|privilege)(?:-[a-z]+)?",
    ),
    ("runs code that is not read, or a program of the user's", "(?:code|run|load)(?:-[a-z]+)?"),
    ("starts a pager, a shell, a database: what is typed there runs", "escape"),
    ("asks another machine", "connect|network|upload-[a-z]+"),
    (
        "reads what may be a secret, or everything there is",
        "(?:read|list|secret)-(?!unknown)[a-z]+|credential",
    ),
    ("is of a program that is not in the tables", "unknown-command"),
    (
        "is no valid text, or one that shells read differently",
        "syntax|parsers-disagree|history|expansion|control-characters",
    ),
)
VARIABLE: Final = "depends on a variable or an output that is not known beforehand"
FORM: Final = "has a flag or a form that is not in the tables"


def cause(decision: Decision) -> str:
    rules = [finding.rule for finding in decision.findings]
    for name, pattern in _BY_RULE:
        if any(re.fullmatch(pattern, rule) for rule in rules):
            return name
    texts = " ".join(str(finding.text) for finding in decision.findings)
    return VARIABLE if _UNKNOWN.search(texts) or "read-unknown" in rules else FORM


def print_causes(file: str, decisions: Iterable[Decision]) -> None:
    """Print how many have each cause, and the share that is left without wrong labels."""
    decided = list(decisions)
    asked = Counter(cause(each) for each in decided if each.tier != "safe")
    print(
        f"\n{file}: {len(decided)} rows that only look by their label, {asked.total()} asked about"
    )
    for name, count in asked.most_common():
        print(f"{count:>6} {count / len(decided):>6.1%}  {name}")
    wrong = asked[CHANGES]
    share = (asked.total() - wrong) / (len(decided) - wrong)
    print(f"Without rows whose label is wrong: {share:.1%}")
