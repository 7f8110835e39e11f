"""python -m services.mcp_front"""

from services.mcp_front.run import run
from services.runtime.process import main

main("mcp_front", run)
