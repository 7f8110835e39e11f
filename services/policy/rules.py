"""The loaded policy: every layer merged, its examples checked, its version computed."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import asdict, replace

from events.approvals import Assurance
from events.review import Tier
from services.policy.assurance import Needs, surest
from services.policy.concern import strictest
from services.policy.examples import check_examples
from services.policy.knowledge.book import Book, File, bound
from services.policy.knowledge.command import Command
from services.policy.layer import Layer, LayerName, PolicyError, RuleFile, commands, read
from services.policy.programs.program import Programs, check_programs, merged
from services.policy.tiers import Tiers, faults, loosened, overlaid

__all__ = ["Layer", "PolicyError", "Rules", "load_rules"]

# The last one has the last word, except that a workspace may only tighten.
_AUTHORITY: tuple[LayerName, ...] = ("built-in", "user", "admin", "workspace")


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What the policy knows."""

    version: str
    default_tier: Tier = "review"
    blacklist_patterns: tuple[str, ...] = ()
    commands: Book = {}
    own_paths: tuple[str, ...] = ()
    own_commands: tuple[str, ...] = ("eim", "enhanced-iterm-mcp", "nats", "nats-server")
    secret_paths: tuple[str, ...] = ()
    plain_suffixes: tuple[str, ...] = ()
    session_environment: tuple[str, ...] = ()
    environment: Mapping[str, str] = {}  # variables, and what each of them decides
    wrappers: Mapping[str, str] = {}
    tiers: Tiers = {}
    assurance: Needs = {}
    four_eyes: tuple[str, ...] = ()
    programs: Programs = {}


def load_rules(layers: Sequence[Layer]) -> Rules:
    """Merge the layers; raises PolicyError where one is malformed or loosens."""
    files = [(layer, read(layer)) for layer in by_authority(layers)]
    _check_only_tightens(files)
    rules = _merged([file for _, file in files], _book(files), _version(files))
    rules = replace(rules, tiers=_tiers(files), assurance=_needs(files))
    for layer, file in files:
        check_examples(layer, file, rules.wrappers)
        check_programs(layer.path, file.program)
    return rules


def by_authority(layers: Sequence[Layer]) -> list[Layer]:
    """The one with the least authority first."""
    return sorted(layers, key=lambda layer: _AUTHORITY.index(layer.name))


def _merged(files: list[RuleFile], book: Book, version: str) -> Rules:
    return Rules(
        version=version,
        default_tier=strictest(file.default_tier for file in files),
        blacklist_patterns=_union(file.blacklist.patterns for file in files),
        secret_paths=_union(file.secrets.patterns for file in files),
        plain_suffixes=_union(file.plain_suffixes for file in files),
        session_environment=_union(file.session_environment for file in files),
        environment={name: why for file in files for name, why in _variables(file)},
        own_paths=_union(file.own_paths for file in files),
        four_eyes=_union(file.four_eyes for file in files),
        wrappers={name: flags for file in files for name, flags in file.wrappers.items()},
        commands=book,
        programs=merged(file.program for file in files),
    )


def _tiers(files: list[tuple[Layer, RuleFile]]) -> Tiers:
    """The built-in layer says what effects there are; the others what they think of them."""
    (_, first), *others = files
    tiers: Tiers = first.tiers
    for layer, file in others:
        wrong = [*faults(file.tiers, first.tiers)]
        if layer.name == "workspace" and not wrong:
            wrong = [*loosened(tiers, file.tiers)]
        if wrong:
            raise PolicyError(f"{layer.path}: {wrong[0]}")
        tiers = overlaid(tiers, file.tiers)
    return tiers


def _needs(files: list[tuple[Layer, RuleFile]]) -> Needs:
    """A layer has the last word over those below it; a workspace can only ask for more."""
    needs: dict[Tier, Assurance] = {}
    for layer, file in files:
        for tier, least in file.assurance.items():
            tightened = surest(least, needs.get(tier, "signed"))
            needs[tier] = tightened if layer.name == "workspace" else least
    return needs


def _book(files: list[tuple[Layer, RuleFile]]) -> Book:
    """A workspace only says how strict to be; what a command does is known before."""
    book = dict(bound(each for layer, file in files for each in _others(layer, file)))
    for layer, file in files:
        if layer.name == "workspace":
            for name, rule in File(layer.path, file.command):
                known = book.get(name, Command(does=rule.does))
                book[name] = replace(known, tier=rule.tier, why=rule.why)
    return book


def _others(layer: Layer, file: RuleFile) -> tuple[File, ...]:
    return () if layer.name == "workspace" else commands(layer, file)


def _variables(file: RuleFile) -> Iterator[tuple[str, str]]:
    for group in file.environment.values():
        yield from ((name, group.why) for name in group.names)


def _union(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for part in parts for item in part))


def _version(files: list[tuple[Layer, RuleFile]]) -> str:
    content = [(layer.name, file, layer.knowledge) for layer, file in files]
    return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()


def _check_only_tightens(files: list[tuple[Layer, RuleFile]]) -> None:
    known = bound(each for layer, file in files for each in _others(layer, file))
    for layer, file in files:
        if layer.name != "workspace":
            continue
        if file.wrappers or file.plain_suffixes or file.session_environment or file.program:
            raise PolicyError(f"{layer.path}: a workspace file may only tighten the policy")
        for name, rule in File(layer.path, file.command):
            before: Tier = known[name].tier if name in known else "review"
            if _says_more(rule) or rule.tier != strictest(["review", before, rule.tier]):
                raise PolicyError(f"{layer.path}: command.{name}: a workspace may only tighten it")


def _says_more(rule: Command) -> bool:
    bare = Command(does=rule.does, also=rule.also, tier=rule.tier, why=rule.why, match=rule.match)
    return asdict(rule) != asdict(bare)
