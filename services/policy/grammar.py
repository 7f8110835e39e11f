"""Who reads the texts, for the record of a decision."""

from typing import Final

from services.policy.syntax.parse import PARSERS

PARSER: Final = PARSERS
