"""What is harmless, or nearly so, alone and not together in one text."""

import re
from collections.abc import Iterator, Sequence

from services.policy.concern import Concern
from services.policy.meaning.effect import Effect
from services.policy.value import UNKNOWN

_OUT = frozenset({"connect", "network", "lookup", "upload"})
_IN = frozenset({"connect", "network", "lookup"})
_MANIFEST = re.compile(
    r"(?:^|/)(?:package\.json|composer\.json|(?:GNU)?[Mm]akefile|Gemfile|Rakefile|\w+\.gradle"
    r"|pom\.xml|setup\.(?:py|cfg)|pyproject\.toml|Cargo\.toml|build\.rs|conftest\.py|tox\.ini"
    r"|noxfile\.py|CMakeLists\.txt|[Jj]ustfile|Taskfile\.ya?ml|build\.xml|Dockerfile)$"
)
_FETCHERS = frozenset({"git", "hg", "svn", "curl", "wget", "aria2c", "scp", "rsync"})
_RESOLVERS = frozenset({"dig", "host", "nslookup", "drill", "kdig", "delv", "doggo", "dog"})
_RUNS = frozenset({"run", "load"})


def combined(effects: Sequence[Effect]) -> Iterator[Concern]:
    yield from _secret_leaves(effects)
    yield from _content_leaves(effects)
    yield from _fetched_runs(effects)
    yield from _written_runs(effects)


def _secret_leaves(effects: Sequence[Effect]) -> Iterator[Concern]:
    secrets = [each.shown for each in effects if each.location.place == "secret"]
    if secrets and any(each.kind in _OUT for each in effects):
        text = f"The text uses {secrets[0]}, a secret, and talks to another machine."
        yield Concern("dangerous", "secret-leaves", text)


def _content_leaves(effects: Sequence[Effect]) -> Iterator[Concern]:
    """A host name or an address that is made of what was read carries it away."""
    read = any(each.kind == "read" for each in effects)
    for each in effects:
        if each.kind != "connect" or UNKNOWN not in each.target or each.target == UNKNOWN:
            continue
        if read or (each.command in _RESOLVERS and f"{UNKNOWN}." in each.target):
            text = f"The address {each.shown} may carry something away."
            yield Concern("dangerous", "content-leaves", text)


def _fetched_runs(effects: Sequence[Effect]) -> Iterator[Concern]:
    """What fetches and runs by itself, as package managers do, has a tier of its own."""
    by: set[str] = set()
    for each in effects:
        if each.kind in _IN:
            by.add(each.command)
        elif each.kind in _RUNS and by and (each.target or by & _FETCHERS):
            text = f"{each.shown or each.command} runs after something was fetched."
            yield Concern("dangerous", "fetched-runs", text)


def _written_runs(effects: Sequence[Effect]) -> Iterator[Concern]:
    manifests = [e.shown for e in effects if e.kind == "write" and _MANIFEST.search(e.target)]
    if manifests and any(each.kind == "run" and not each.target for each in effects):
        text = f"{manifests[0]} is written, which says what is run."
        yield Concern("dangerous", "written-runs", text)
    written = {each.location.path for each in effects if each.kind == "write"}
    for each in effects:
        if each.kind in _RUNS and each.location.path in written:
            yield Concern("dangerous", "written-runs", f"{each.shown} is written and then run.")
