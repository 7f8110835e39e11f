"""`eim flow`: which service states and which handles each event."""

from services.cli.flows import Flow, flows


def flow(*, markdown: bool = False) -> int:
    """Show which service states and which handles each event.

    Parameters
    ----------
    markdown
        As the text of docs/flow.md.
    """
    print(document() if markdown else _table())
    return 0


def document() -> str:
    """Return the text of docs/flow.md."""
    rows = (
        f"| {each.event} | `{each.subject}` | {_names(each.emitted_by)} | {_names(each.handled_by)}"
        f" | {each.says} |"
        for each in flows()
    )
    return "\n".join([_HEAD, *rows])


def _table() -> str:
    widths = [
        max(len(cell) for cell in column) for column in zip(*map(_cells, flows()), strict=True)
    ]
    return (
        "\n".join(
            "  ".join(
                cell.ljust(width) for cell, width in zip(_cells(each), widths, strict=True)
            ).rstrip()
            for each in flows()
        )
        + "\n"
        + _FOLLOWERS
    )


def _cells(each: Flow) -> tuple[str, str, str]:
    handled = f"-> {_names(each.handled_by)}" if each.handled_by else ""
    return each.event, _names(each.emitted_by), handled


def _names(services: tuple[str, ...]) -> str:
    return ", ".join(services)


_FOLLOWERS = (
    "\nEvery service also folds all events into what it knows of sessions and calls;"
    "\n`eim events --follow` and `nats sub 'live.evt.>'` show them as they happen."
)
_HEAD = """# Who states and who handles each event

Written by `eim flow --markdown` from HANDLES and EMITS of the services; a test holds it current.
Every service also folds all events into what it knows of sessions and calls.

| event | subject | stated by | handled by | what happened |
|---|---|---|---|---|"""
