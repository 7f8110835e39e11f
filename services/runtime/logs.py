"""What services say about themselves: one line each on standard error, which is never a reply."""

import logging
import sys
import traceback
from datetime import UTC, datetime

import msgspec

_TEXT = "%(asctime)s %(levelname)-7s %(service)s %(name)s: %(message)s"


_CHATTY = ("uvicorn", "mcp", "fido2")
"""Libraries that report each of their steps; below debug only their warnings are of use."""


class _Service(logging.Filter):
    """Marks each line with the service that says it."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def filter(self, record: logging.LogRecord) -> bool:
        record.service = self._service
        return True


class JsonLines(logging.Formatter):
    """One JSON object per line, whatever the message holds."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "service": getattr(record, "service", ""),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[1]:
            line["error"] = "".join(traceback.format_exception(record.exc_info[1]))
        return msgspec.json.encode(line).decode()


def configure_logs(service: str, level: str, format: str) -> None:
    """Send everything from this level up to standard error, as `json` or `text`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if format == "json" else logging.Formatter(_TEXT))
    handler.addFilter(_Service(service))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)
    for library in _CHATTY:
        logging.getLogger(library).setLevel("DEBUG" if level == "debug" else "WARNING")
