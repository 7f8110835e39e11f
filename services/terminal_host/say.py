"""What the host says about itself: lines on standard error, which is its log file."""

import sys
import time
from contextlib import suppress


def say(line: str) -> None:
    """Write a line; a full disk must not end the terminals."""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} terminal_host: {line}\n")
        sys.stderr.flush()
