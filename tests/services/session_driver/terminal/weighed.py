"""The variables that the built-in policy weighs."""

from services.policy.configured import Additions, configured_rules

WEIGHED = tuple(configured_rules(Additions("review", (), ())).environment)
