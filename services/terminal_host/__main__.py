"""python -m services.terminal_host RUN_FOLDER NODE [SECONDS]"""

import sys

from services.terminal_host.run import main

main(sys.argv[1:])
