"""Who may say what: an admin anything, a user and a workspace only what is stricter. Pure.

A file that a program of this user can write must not be a way to have less asked, so whatever a
user's own file says about what is known can only raise it; it may describe what nobody else does.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import asdict, replace

from events.approvals import Assurance
from events.review import Tier
from services.policy.assurance import Needs, surest
from services.policy.concern import rank, strictest
from services.policy.knowledge.book import Book, File, bound, spellings
from services.policy.knowledge.command import Command
from services.policy.layer import Layer, PolicyError, RuleFile, commands, fault
from services.policy.tiers import Tiers, faults, loosened, overlaid, tightened

type Files = Sequence[tuple[Layer, RuleFile]]

_ONLY: Final = "the file of a {} may only tighten the policy"
_TAKEN_FOR_GRANTED: Final = (
    "wrappers",
    "plain_suffixes",
    "session_environment",
    "modes",
    "program",
)
"""What else a file could loosen; the admin's says it for all."""


def check_authority(files: Files) -> None:
    """Raise PolicyError where a file says what is not its to say."""
    for layer, file in files:
        for key in _TAKEN_FOR_GRANTED if _below_admin(layer) else ():
            if getattr(file, key):
                raise fault(layer, key, _only(layer))
        if file.modes and layer.name == "admin":
            raise fault(layer, "modes", "what each mode is, only the built-in file says")


def merged_tiers(files: Files) -> Tiers:
    """The first layer says what effects there are; the others what they think of them."""
    (_, first), *others = files
    tiers: Tiers = first.tiers
    for _, file in _checked(others, first):
        tiers = overlaid(tiers, file.tiers)
    for layer, file in [each for each in others if _below_admin(each[0])]:
        known = first.tiers if layer.name == "user" else tiers
        for wrong in loosened(known, file.tiers):
            raise _said(layer, f"{wrong}; {_only(layer)}")
        tiers = tightened(tiers, file.tiers)
    return tiers


def _checked(files: Files, first: RuleFile) -> Files:
    """Return those of the admin, once each is known to name effects and places."""
    for layer, file in files:
        for wrong in faults(file.tiers, first.tiers):
            raise _said(layer, wrong)
    return [each for each in files if each[0].name == "admin"]


def merged_needs(files: Files) -> Needs:
    """A layer has the last word over those below it; a workspace can only ask for more."""
    needs: dict[Tier, Assurance] = {}
    for layer, file in files:
        for tier, least in file.assurance.items():
            asked = surest(least, needs.get(tier, "signed"))
            needs[tier] = asked if layer.name == "workspace" else least
    return needs


def merged_book(files: Files) -> Book:
    """What commands do, as those above say; a user adds what none of them describes."""
    ours = bound(_described(files, "built-in"))
    book = {**ours, **bound(_described(files, "admin"))}
    for layer, file in files:
        for name, rule in File(layer.path, file.command) if _below_admin(layer) else ():
            book[name] = _raised(layer, (name, rule), book, ours)
    return book


def _described(files: Files, by: str) -> Iterator[File]:
    for layer, file in files:
        if layer.name == by:
            yield from commands(layer, file)


def _raised(layer: Layer, said: tuple[str, Command], known: Book, ours: Book) -> Command:
    name, rule = said
    before = _find(name, known)
    if before is None and layer.name == "user":
        return rule
    sworn = before if layer.name == "workspace" else _find(name, ours)
    if sworn or layer.name == "workspace":
        _check_stricter(layer, said, sworn.tier if sworn else "safe")
    command = before or Command(does=rule.does)
    if rank(rule.tier) <= rank(command.tier):
        return command
    return replace(command, tier=rule.tier, why=rule.why)


def _check_stricter(layer: Layer, said: tuple[str, Command], least: Tier) -> None:
    name, rule = said
    if _says_more(rule) or rule.tier != strictest(["review", least, rule.tier]):
        raise fault(layer, f"command.{name}", _only(layer))


def _find(name: str, book: Book) -> Command | None:
    """Return what is known of a command; another spelling of its name is no other command."""
    return next((book[each] for each in spellings(name) if each in book), None)


def _says_more(rule: Command) -> bool:
    bare = Command(does=rule.does, also=rule.also, tier=rule.tier, why=rule.why, match=rule.match)
    return asdict(rule) != asdict(bare)


def _below_admin(layer: Layer) -> bool:
    return layer.name in {"user", "workspace"}


def _only(layer: Layer) -> str:
    return _ONLY.format(layer.name)


def _said(layer: Layer, wrong: str) -> PolicyError:
    key, _, why = wrong.partition(": ")
    return fault(layer, key, why)
