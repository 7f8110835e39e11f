"""A few commands that do what their names say, and the meaning of texts made of them."""

from collections.abc import Callable

import msgspec
import pytest

from events.review import Context
from services.policy.builtin import builtin_layer
from services.policy.knowledge.book import bound
from services.policy.knowledge.load import decode
from services.policy.line import split
from services.policy.meaning.meaning import Meaning, meaning
from services.policy.rules import load_rules

type Told = Callable[..., list[str]]

BOOK = """
["echo printf true sleep"]
does = "prints"
style = "plain"
operands = "text*"
[look]
does = "looks"
globs = true
operands = "list*"
[show]
does = "shows"
globs = true
flags = "-n"
operands = "read*"
[make]
does = "makes"
operands = "write*"
[drop]
does = "drops"
operands = "delete*"
flag."-r" = { kinds = ["delete-tree"] }
["cd pwd"]
does = "goes"
operands = "text*"
globs = true
["trap"]
does = "runs later"
operands = "shell text*"
["alias read unset export local shift set"]
does = "sets"
operands = "text*"
[start]
does = "starts"
operands = "run text*"
["fetch curl"]
does = "fetches"
operands = "connect*"
globs = true
flag."-o" = "write"
[ask]
does = "asks"
kinds = ["lookup"]
operands = "text*"
[get]
does = "installs"
operands = "install*"
[build]
does = "builds"
kinds = ["run"]
[nice]
does = "runs nicely"
style = "first"
operands = "command"
[xargs]
does = "runs for each"
style = "first"
values = "-I -n"
operands = "command"
[find]
does = "finds"
style = "long"
operands = "list*"
values = "-name"
prints = "names"
flag."-exec" = "until"
["sh bash"]
does = "is a shell"
style = "first"
bare = ["escape"]
operands = "run? text*"
flag."-c" = { value = "shell", operands = "text*" }
[eval]
does = "runs text"
style = "plain"
operands = "shell*"
[calc]
does = "calculates"
operands = "code"
[kill]
does = "ends"
operands = "signal*"
flag."-9" = {}
"""
CONTEXT = Context(
    session_id="s1", integration="full", prompt="idle", cwd="/Users/ann/src", bracketed_paste=True
)


@pytest.fixture(scope="session")
def meant() -> Callable[..., Meaning]:
    rules = load_rules([builtin_layer()])
    rules = msgspec.structs.replace(rules, commands=bound([decode("test.toml", BOOK)]))

    def mean(text: str, **context: object) -> Meaning:
        place = msgspec.structs.replace(CONTEXT, **{"shell": "bash", **context})
        return meaning(text, split(text), place, rules)

    return mean


@pytest.fixture(scope="session")
def told(meant: Callable[..., Meaning]) -> Told:
    """The effects of a text, each as `kind place target`, and the rules of its doubts."""

    def tell(text: str, **context: object) -> list[str]:
        found = meant(text, **context)
        effects = [f"{each.kind} {each.location.place} {each.shown}" for each in found.effects]
        rules = {each.rule for each in found.concerns}
        known = {f"{each.kind}-{each.location.place}".rstrip("-") for each in found.effects}
        return [*sorted(" ".join(each.split()) for each in effects), *sorted(rules - known)]

    return tell
