"""Failures that say all there is to say: why, and what to do."""


class Refused(RuntimeError):
    """The command will not or cannot."""


class CannotStart(RuntimeError):
    """A service cannot start, and trying again would not help."""
