"""Characters that make what is read differ from what is typed; looked at before any parser."""

from collections.abc import Iterator

from services.policy.concern import Concern
from services.policy.visible import FORBIDDEN

MAX_BYTES = 16 * 1024


def unreadable(text: str) -> Iterator[Concern]:
    found = sorted(set(FORBIDDEN.findall(text)))
    if found:
        points = ", ".join(f"U+{ord(char):04X}" for char in found)
        yield Concern("blocked", "control-characters", f"The text holds {points}.")
    size = len(text.encode(errors="surrogatepass"))
    if size > MAX_BYTES:
        yield Concern("blocked", "too-long", f"{size} bytes are more than {MAX_BYTES}.")
