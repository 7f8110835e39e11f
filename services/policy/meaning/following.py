"""What the parts of the meaning ask of each other."""

from collections.abc import Sequence
from typing import Protocol

from services.policy.meaning.found import Found
from services.policy.meaning.location import Ground
from services.policy.meaning.state import State
from services.policy.rules import Rules
from services.policy.syntax.tree import Command, Script
from services.policy.value import Value


class Following(Protocol):
    """Follows a text on its way; all that it comes across is put into ``found``."""

    @property
    def found(self) -> Found: ...
    @property
    def rules(self) -> Rules: ...
    @property
    def ground(self) -> Ground: ...
    @property
    def splits(self) -> bool:
        """Whether an unquoted variable may come to several words."""
        ...

    def script(self, script: Script, state: State) -> None: ...

    def text(self, text: str, state: State, shell: str = "") -> None:
        """Follow a text that a shell is given by a command."""
        ...

    def words(self, words: Sequence[Value], state: State) -> None:
        """Follow a command that another one runs."""
        ...

    def function(self, body: Command, arguments: Sequence[Value], state: State) -> None:
        """Follow a function that is called."""
        ...
