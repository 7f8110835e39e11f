"""The tools that clients see, in the order they see them; there are no others."""

from typing import Final

from services.mcp_front.tools import (
    adopt_session,
    check_command,
    close_session,
    get_timeline,
    interrupt_command,
    list_sessions,
    open_session,
    read_output,
    read_screen,
    request_handoff,
    run_command,
    send_keys,
    send_text,
    wait_command,
    wait_for,
)

TOOLS: Final = (
    list_sessions.TOOL,
    open_session.TOOL,
    adopt_session.TOOL,
    close_session.TOOL,
    run_command.TOOL,
    check_command.TOOL,
    wait_command.TOOL,
    wait_for.TOOL,
    interrupt_command.TOOL,
    send_text.TOOL,
    send_keys.TOOL,
    request_handoff.TOOL,
    read_screen.TOOL,
    read_output.TOOL,
    get_timeline.TOOL,
)
