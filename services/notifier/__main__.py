"""python -m services.notifier"""

from services.notifier.run import run
from services.runtime.process import main

main("notifier", run)
