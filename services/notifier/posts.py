"""Which message in Slack is about which question, kept in a file: a restart posts none twice."""

import logging
from pathlib import Path

import msgspec

logger = logging.getLogger(__name__)


class Posts:
    """The messages about questions that are open, by the question's id."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known = _read(file)

    def others(self, than: frozenset[str]) -> list[str]:
        """Return the questions that are none of these."""
        return [approval_id for approval_id in self._known if approval_id not in than]

    def add(self, approval_id: str, message: str) -> None:
        """Remember a message."""
        self._known[approval_id] = message
        self._save()

    def of(self, approval_id: str) -> str:
        """Return the message about a question, empty where there is none."""
        return self._known.get(approval_id, "")

    def forget(self, approval_id: str) -> None:
        """Forget a message."""
        del self._known[approval_id]
        self._save()

    def _save(self) -> None:
        draft = self._file.with_suffix(".new")
        draft.write_bytes(msgspec.json.encode(self._known))
        draft.replace(self._file)


def _read(file: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, str])
    except FileNotFoundError:
        return {}
    except msgspec.DecodeError as error:
        logger.warning("%s is unreadable, messages in it stay as they are: %s", file, error)
        return {}
