"""Who has the keyboards of the sessions: asked of the driver, and changed by a person."""

from services.cli import here
from services.cli.desk import myself
from services.cli.guard import refuse_managed_terminal
from services.contract.terminal import (
    CONTROLS,
    ControlChange,
    Controlled,
    WhichControls,
    terminals_of,
)
from services.runtime.log import Log
from services.runtime.rpc import Question, Unanswered, ask
from services.runtime.station import Station


async def changed(question: Question[ControlChange, Controlled], session: str) -> Controlled:
    """Take or return control. Raises Refused inside a terminal of the driver, Declined."""
    station = here.station()
    async with here.log(station) as log:
        await refuse_managed_terminal(station, log)
        driver = terminals_of(station.config.clustering.node)
        change = ControlChange(session=session, by=myself())
        return await ask(log.client, driver, question, change, 10)


async def controls(station: Station, log: Log) -> dict[str, Controlled]:
    """Return who has control of each session; nothing where the driver does not answer."""
    driver = terminals_of(station.config.clustering.node)
    try:
        answer = await ask(log.client, driver, CONTROLS, WhichControls())
    except Unanswered:
        return {}
    return {each.session_id: each for each in answer.sessions}
