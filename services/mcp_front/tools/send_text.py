"""send_text: text for the program that runs in a session."""

from typing import Annotated

from msgspec import Meta

from events.actions import SendText
from services.mcp_front.answers import InputAnswer
from services.mcp_front.outcomes import input_answer
from services.mcp_front.parameters import Targeted
from services.mcp_front.ports import Caller, Front
from services.mcp_front.tool import Effects, Tool
from services.mcp_front.typeable import check_text


class Arguments(Targeted, frozen=True, kw_only=True):
    """What to type, and where."""

    text: Annotated[str, Meta(description="The text to type.", min_length=1)]
    submit: Annotated[bool, Meta(description="Press Enter after the text.")] = False
    bracketed: Annotated[
        bool, Meta(description="Send it as a paste where the program understands pastes.")
    ] = True


async def call(front: Front, caller: Caller, given: Arguments) -> InputAnswer:
    """Submit the text and answer when it was typed, or with how it stands after the wait."""
    check_text(given.text)
    action = SendText(text=given.text, submit=given.submit, bracketed=given.bracketed)
    return input_answer(
        await front.submit(caller, given.session_id, action, given.submission(given.session_epoch)),
        len(given.text.encode()) + given.submit,
    )


TOOL = Tool(
    name="send_text",
    title="Type text",
    description=(
        "Types text into the program that runs in a session: a REPL, an editor, a question that "
        "awaits an answer. submit presses Enter after it. For a command at a shell prompt use "
        "run_command, which returns its output and exit code; for keys such as arrows, esc or "
        "ctrl_c use send_keys. Never type a password, a token or any other secret: ask the user "
        "to type it in the terminal.\n"
        "The text is reviewed as input for that very program and may need a person's approval, "
        "with the same statuses as run_command. completed means that it was typed; read_screen "
        "shows what the program made of it."
    ),
    scope="terminal:keys",
    effects=Effects(read_only=False, destructive=True, idempotent=False, open_world=True),
    arguments=Arguments,
    result=InputAnswer,
    call=call,
)
