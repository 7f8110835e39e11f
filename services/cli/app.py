"""The command eim: which commands there are; each is imported only when it is asked for."""

import sys
from collections.abc import Sequence
from typing import Final, NamedTuple

from cyclopts import App, CycloptsError, MissingArgumentError, Parameter

USAGE, FAILED, INTERRUPTED = 1, 2, 130


class Command(NamedTuple):
    """One command: its function, under which heading the help lists it, and what it does.

    `values` says where the argument comes from that it cannot do without.
    """

    function: str
    heading: str
    help: str
    values: str = ""


RUN, SEE, DECIDE, CONNECT = "Run it", "See what happens", "Decide", "Connect clients"
WORK = "Work in the terminals"
SESSIONS: Final = "`eim status` lists the open sessions."
WAITING: Final = "`eim approvals` lists what waits, each with its id."
COMMANDS: Final = {
    "up": Command(
        "services.cli.up:up",
        RUN,
        "Start everything, here or in the background.\n\n"
        "Stays in the foreground until Ctrl-C; with --detach it returns when all is ready.",
    ),
    "down": Command(
        "services.cli.down:down",
        RUN,
        "Stop what runs, in good order.\n\n"
        "Terminals are closed, running commands get their outcome, then the broker stops.",
    ),
    "status": Command(
        "services.cli.status:status",
        RUN,
        "Show what runs: broker, services, sessions, open approvals.\n\n"
        "The exit code is 0 if everything answers, else 2.",
    ),
    "doctor": Command(
        "services.cli.doctor:doctor",
        RUN,
        "Look for what is missing or wrong on this machine, each with its next step.",
    ),
    "validate": Command(
        "services.cli.validate:validate", RUN, "Check the configuration without starting anything."
    ),
    "events": Command(
        "services.cli.events:events",
        SEE,
        "Show the log: the newest events, or all that follow as they happen.",
    ),
    "flow": Command(
        "services.cli.flow:flow", SEE, "Show which service states and which handles each event."
    ),
    "approvals": Command(
        "services.cli.approvals:approvals",
        DECIDE,
        "List what waits for a person: what would be typed, where, and why it is asked.",
    ),
    "approve": Command(
        "services.cli.approve:approve",
        DECIDE,
        "Let one waiting action happen, once.\n\n"
        "It holds for exactly what is shown; if the terminal changed meanwhile, nothing is typed.",
        WAITING,
    ),
    "deny": Command("services.cli.deny:deny", DECIDE, "Refuse one waiting action.", WAITING),
    "approvers": Command(
        "services.cli.approvers:approvers", DECIDE, "List whose signatures count."
    ),
    "enrol": Command(
        "services.cli.approvers:enrol",
        DECIDE,
        "Let a key sign decisions: dangerous actions need a signature.\n\n"
        "Makes a key that is locked with a passphrase, or takes one of yours, such as that of a"
        " security key.",
        "NAME is who signs with the key, such as your own.",
    ),
    "revoke": Command(
        "services.cli.approvers:revoke",
        DECIDE,
        "Take the keys of an approver back.",
        "`eim approvers` lists them.",
    ),
    "check": Command(
        "services.cli.check:check",
        DECIDE,
        "Say how a command would be judged, and why. Nothing is run.",
    ),
    "attach": Command(
        "services.cli.attach:attach",
        WORK,
        "Show a session in this terminal, and type into it.\n\n"
        "A key takes control from the assistant; Ctrl-] r returns it, Ctrl-] q leaves the session"
        " as it is.",
    ),
    "take": Command(
        "services.cli.take:take",
        WORK,
        "Take control of a session: what an assistant wants to type is refused until you return"
        " it. What runs goes on.",
        SESSIONS,
    ),
    "return": Command(
        "services.cli.give_back:give_back",
        WORK,
        "Return control of a session to the assistant, or decline to take it.",
        SESSIONS,
    ),
    "connect": Command(
        "services.cli.connect:connect",
        CONNECT,
        "Give a client its own key, and write or print its configuration.\n\n"
        "claude-desktop and claude-code are set up; for any other name the entry is printed.",
    ),
    "disconnect": Command(
        "services.cli.disconnect:disconnect",
        CONNECT,
        "Take a client's key back.",
        "`eim clients` lists those that have one.",
    ),
    "clients": Command(
        "services.cli.clients:clients", CONNECT, "List the clients that have a key."
    ),
    "mcp": Command(
        "services.cli.mcp:mcp",
        CONNECT,
        "Serve one MCP client over standard input and output.\n\n"
        "Clients start this themselves, from the entry that `eim connect` wrote. It uses the"
        " stack that runs, or starts one in the background.",
    ),
}


def build() -> App:
    """Build the command line without importing any command."""
    app = App(
        name="eim",
        help="Let assistants work in real terminals, with you in control.\n\n"
        "Start with `eim up`, then `eim connect claude-desktop` or `eim connect claude-code`.",
        version=_version,
        result_action="return_value",
        exit_on_error=False,
        default_parameter=Parameter(negative=(), show_default=False),
    )
    for name, command in COMMANDS.items():
        app.command(command.function, name=name, help=command.help, group=command.heading)
    app.command(_policy())
    return app


def _policy() -> App:
    policy = App(name="policy", group=DECIDE, help="Look at how calls are and would be judged.")
    policy.command(
        "services.cli.policy:explain", name="explain", help="Say why a past call was judged so."
    )
    policy.command(
        "services.cli.policy:what_if",
        name="test",
        help="Show which past decisions a candidate rule file would change. Nothing is done.",
    )
    return policy


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code: 0 done, 1 usage, 2 failed."""
    try:
        return build()(arguments) or 0
    except MissingArgumentError as error:
        _say_where_from(error.command_chain)
        return USAGE
    except CycloptsError:
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output is gone; nobody is left to complain to
        return FAILED
    except Exception as error:  # noqa: BLE001 - the last place to say what failed
        from services.cli.failures import explain

        return explain(error)


def _say_where_from(chain: Sequence[str] | None) -> None:
    command = COMMANDS.get(chain[0]) if chain else None
    if command and command.values:
        print(f"eim: {command.values}", file=sys.stderr)


def main() -> None:
    """Run the command that was typed."""
    sys.exit(run(sys.argv[1:]))


def _version() -> str:
    from services.runtime.station import VERSION

    return VERSION
