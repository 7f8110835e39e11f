"""Old shapes of events, brought up to date on raw JSON before they are decoded."""

from collections.abc import Callable, Mapping

type Body = dict[str, object]
type Upcast = Callable[[Body], Body]

UPCASTS: Mapping[str, Upcast] = {}
"""Keyed by the `type` that was stored. Adding a field with a default needs no entry here."""
