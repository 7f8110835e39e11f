"""python -m services.safety_reviewer"""

from services.runtime.process import main
from services.safety_reviewer.run import run

main("safety_reviewer", run)
