"""send_keys: named keys for the program that runs in a session."""

from typing import Annotated

from msgspec import Meta

from events.actions import SendKeys
from services.mcp_front.answers import InputAnswer
from services.mcp_front.outcomes import input_answer
from services.mcp_front.parameters import Targeted
from services.mcp_front.ports import Caller, Front
from services.mcp_front.tool import Effects, Tool
from services.mcp_front.typeable import check_keys
from services.policy.keys import KEYS


class Arguments(Targeted, frozen=True, kw_only=True):
    """Which keys to press, and where."""

    keys: Annotated[
        tuple[str, ...],
        Meta(
            description='Names of keys, pressed in this order, such as ["esc", "up", "enter"].',
            min_length=1,
            max_length=64,
            extra_json_schema={"items": {"type": "string", "enum": list(KEYS)}},
        ),
    ]


async def call(front: Front, caller: Caller, given: Arguments) -> InputAnswer:
    """Submit the keys and answer when they were pressed, or with how it stands by then."""
    check_keys(given.keys)
    action = SendKeys(keys=given.keys)
    return input_answer(
        await front.submit(caller, given.session_id, action, given.submission(given.session_epoch)),
        sum(len(KEYS[key]) for key in given.keys),
    )


TOOL = Tool(
    name="send_keys",
    title="Press keys",
    description=(
        "Presses named keys in the program that runs in a session: arrows and Enter in a menu, "
        "esc in an editor, ctrl_d at the end of input. Letters and words are typed with "
        "send_text. To stop a command that you started use interrupt_command, which needs no "
        "approval and checks that it has ended.\n"
        "Keys are reviewed as input for that very program and may need a person's approval, with "
        "the same statuses as run_command. completed means that they were pressed; read_screen "
        "shows what the program made of them."
    ),
    scope="terminal:keys",
    effects=Effects(read_only=False, destructive=True, idempotent=False, open_world=True),
    arguments=Arguments,
    result=InputAnswer,
    call=call,
)
