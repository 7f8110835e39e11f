"""Why iTerm2 cannot be used just now, each with what the person does about it."""

MAGIC = "iTerm2 > Settings > General > Magic"


class ITerm2Trouble(OSError):
    """iTerm2 cannot be used; `step` is what to do about it."""

    code = "iterm2_unavailable"

    def __init__(self, reason: str, step: str) -> None:
        super().__init__(f"{reason} {step}")
        self.reason = reason
        self.step = step


class NoSocket(ITerm2Trouble):
    """Nothing listens: iTerm2 does not run, or its API is off."""

    code = "iterm2_not_reached"

    def __init__(self, socket: str) -> None:
        super().__init__(
            f"Nothing answers at {socket}.",
            f"Start iTerm2, and turn on {MAGIC} > Enable Python API.",
        )


class ApiOff(ITerm2Trouble):
    """iTerm2 runs with its API off."""

    code = "iterm2_api_off"

    def __init__(self) -> None:
        super().__init__(
            "The Python API of iTerm2 is off.", f"Turn on {MAGIC} > Enable Python API."
        )


class NoConsent(ITerm2Trouble):
    """macOS or the person does not let us in."""

    code = "iterm2_no_consent"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"iTerm2 did not let this program in: {reason}",
            "Allow it in System Settings > Privacy & Security > Automation > (this program) >"
            f" iTerm, or choose {MAGIC} > Allow all apps to connect.",
        )


class NoAnswer(ITerm2Trouble):
    """The connection stands or fell, and a question was not answered in time."""

    code = "iterm2_no_answer"

    def __init__(self, what: str, seconds: float) -> None:
        super().__init__(
            f"iTerm2 did not answer {what} within {seconds:g} s; it may still act on it.",
            "Look at iTerm2: a script of another program may hold it in a transaction.",
        )


class ConnectionLost(ITerm2Trouble):
    """The connection fell while an answer was due."""

    code = "iterm2_connection_lost"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The connection to iTerm2 fell before it answered {what}.",
            "Look whether iTerm2 runs; the connection is made again by itself.",
        )


class Refused(ITerm2Trouble):
    """iTerm2 answered, and said no."""

    code = "iterm2_refused"

    def __init__(self, what: str, status: str, step: str = "List the sessions again.") -> None:
        super().__init__(f"iTerm2 refused {what}: {status}.", step)
