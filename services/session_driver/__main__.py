"""python -m services.session_driver"""

from services.runtime.process import main
from services.session_driver.run import run

main("session_driver", run)
