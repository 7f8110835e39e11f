import logging

from services.runtime import broker
from services.runtime.config import Home
from services.runtime.connection import connect
from tests.conftest import small_config
from tests.support.logs import until


async def test_a_broker_that_stays_away_is_said_aloud_once(tmp_path, caplog):
    caplog.set_level(logging.DEBUG, "services.runtime.connection")
    home = Home(tmp_path / "home").create()

    def failed(level):
        said = [record for record in caplog.records if record.levelno == level]
        return sum("Errno" in record.getMessage() for record in said)

    async with broker.running_broker(home, small_config()) as at:
        client = connect(broker.login(home, at, "cli"))
        await client.__aenter__()
    await until(lambda: failed(logging.DEBUG) >= 3)
    await client.__aexit__(None, None, None)
    assert failed(logging.WARNING) == 1
