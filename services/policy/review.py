"""The review: an action in a context under the rules gives a decision."""

from typing import Final, assert_never

from msgspec.structs import replace

from events.actions import (
    Action,
    AdoptSession,
    CloseSession,
    OpenSession,
    RequestHandoff,
    RunCommand,
    SendKeys,
    SendText,
)
from events.base import SealedTextError
from events.review import Context, Decision, Tier
from services.policy.assurance import persons_needed
from services.policy.concern import Concern, rank, strictest
from services.policy.entered import review_keys, review_text
from services.policy.modes import stricter
from services.policy.rules import Rules, rules_at
from services.policy.session import review_session
from services.policy.syntax.parse import PARSERS
from services.policy.taint import quoted
from services.policy.typed import review_command
from services.policy.verdict import Verdict
from services.policy.visible import visible

_MOST_FINDINGS: Final = 64
ENGINE: Final = f"policy 2; {PARSERS}"


def review(context: Context, action: Action, rules: Rules) -> Decision:
    """Decide from the arguments alone, so that the log can be judged again years later."""
    try:
        rules = rules_at(context, rules)
        verdict = _verdict(context, action, rules)
        verdict = replace(verdict, concerns=[*verdict.concerns, *quoted(context.taint)])
    except SealedTextError as error:
        reason = Concern("blocked", "sealed", f"The text is sealed under {error}.")
        verdict = Verdict("would type a text that cannot be read", [reason])
    least: Tier = rules.default_tier if verdict.concerns else "safe"
    alone = strictest([least, *(concern.tier for concern in verdict.concerns)])
    raised = [*stricter(rules.modes, action, verdict, alone)]
    tier = strictest([alone, *(concern.tier for _, concern in raised)])
    concerns = [*(concern for _, concern in raised), *verdict.concerns]
    return Decision(
        tier=tier,
        summary=visible(verdict.summary),
        findings=tuple(concern.finding for concern in _told(concerns)),
        policy_version=rules.version,
        engine=ENGINE,
        effects=verdict.effects,
        approvers=persons_needed(verdict.concerns, rules.four_eyes),
        mode=raised[-1][0] if raised else "standard",
    )


def _told(concerns: list[Concern]) -> list[Concern]:
    """As many as an event can hold, the gravest among them."""
    if len(concerns) <= _MOST_FINDINGS:
        return concerns
    return sorted(concerns, key=lambda each: -rank(each.tier))[:_MOST_FINDINGS]


def _verdict(context: Context, action: Action, rules: Rules) -> Verdict:
    match action:
        case RunCommand():
            return review_command(action, context, rules)
        case SendText():
            return review_text(action, context, rules)
        case SendKeys():
            return review_keys(action, context, rules)
        case OpenSession() | CloseSession() | AdoptSession() | RequestHandoff():
            return review_session(action, context, rules)
        case _:
            assert_never(action)
