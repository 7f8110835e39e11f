"""What is raised about a file of rules."""


class PolicyError(ValueError):
    """A rule file cannot be used."""
