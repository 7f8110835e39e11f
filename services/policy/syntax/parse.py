"""A text as the session's shell will read it, or the reason why that is not known."""

from services.policy.syntax.compound import pipelines
from services.policy.syntax.reader import Reader
from services.policy.syntax.tree import Script


def parse(text: str, shell: str) -> Script:
    reader = Reader(shell, pipelines)
    return reader.script(text)
