"""Where the iTerm2 of this user is reached, and what lets a program in."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MAGIC = "61DF88DC-3423-4823-B725-22570E01C027"
"""What iTerm2 looks for in the file that lets every program in."""


@dataclass(frozen=True, slots=True)
class Place:
    """The files of one suite of iTerm2 below a home folder, and the cookie we were given."""

    home: Path
    suite: str = "iTerm2"
    application: str = ""
    cookie: str = ""
    path: str = ""

    def __repr__(self) -> str:
        return f"Place({self.socket})"

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Place":
        """Read it from the user's environment."""
        return cls(
            home=Path(environment.get("HOME", "/")),
            suite=environment.get("IT2_SUITE") or "iTerm2",
            application=environment.get("IT2_APP_PATH", ""),
            cookie=environment.get("ITERM2_COOKIE", ""),
            path=environment.get("PATH", "/usr/bin:/bin"),
        )

    @property
    def support(self) -> Path:
        """The folder of this suite."""
        return self.home / "Library" / "Application Support" / self.suite

    @property
    def socket(self) -> Path:
        """What iTerm2 listens on while its API is on."""
        return self.support / "private" / "socket"

    def lets_all_in(self) -> bool:
        """Whether an administrator chose "Allow all apps to connect"."""
        file = self.support / "disable-automation-auth"
        wanted = f"{str(file).encode().hex()} {MAGIC}"
        try:
            return file.lstat().st_uid == 0 and file.read_text() == wanted
        except OSError:
            return False
