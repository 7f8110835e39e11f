from datetime import timedelta

import pytest

from services.policy.builtin import builtin_layer
from services.policy.rules import load_rules
from services.safety_reviewer.verdicts import Bench


@pytest.fixture(scope="session")
def bench():
    return Bench(load_rules([builtin_layer()]), b"k" * 32, timedelta(seconds=60))
