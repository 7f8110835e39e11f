"""Hypothesis strategies for every event and every part of one."""

from datetime import UTC, datetime

import msgspec
from hypothesis import strategies as st

from events import actions, calls, envelope, review
from events.base import Sealed
from events.vocabulary import ALL

INTEGERS = st.integers(-(2**63), 2**63 - 1)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
TIMES = st.datetimes(timezones=st.just(UTC))
TEXTS = st.text(max_size=40)
PARTS = (
    actions.RunCommand,
    actions.SendText,
    actions.SendKeys,
    actions.OpenSession,
    actions.AdoptSession,
    actions.CloseSession,
    calls.Completion,
    calls.Output,
    envelope.Envelope,
    review.Finding,
    review.Decision,
    review.Context,
    Sealed,
)


def struct(of: type[msgspec.Struct]):
    """Build a struct with every field drawn, also those that have a default."""
    fields = msgspec.structs.fields(of)
    return st.builds(of, **{field.name: st.from_type(field.type) for field in fields})


for kind, strategy in ((int, INTEGERS), (float, FLOATS), (datetime, TIMES), (str, TEXTS)):
    st.register_type_strategy(kind, strategy)
for part in PARTS:
    st.register_type_strategy(part, struct(part))

EVENTS = st.sampled_from(ALL).flatmap(struct)
NAMES = st.text(min_size=1, max_size=40)
ENVELOPES = st.builds(msgspec.structs.replace, struct(envelope.Envelope), id=NAMES, source=NAMES)
