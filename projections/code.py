"""Which code a saved fold was made by."""

import hashlib
import inspect
from types import ModuleType


def code_hash(*modules: ModuleType) -> str:
    """Return a key over the source of a fold's modules."""
    sources = "\0".join(inspect.getsource(module) for module in modules)
    return hashlib.sha256(sources.encode()).hexdigest()
