"""What the system says about processes that come and go."""

import threading

import psutil

from services.session_driver.terminal.processes import program_of


def test_a_program_that_goes_while_its_name_is_read_has_no_name():
    for _ in range(60):
        program = psutil.Popen(["/bin/sh", "-c", ":"])
        reaper = threading.Thread(target=program.wait)
        reaper.start()
        while reaper.is_alive():
            assert isinstance(program_of(program.pid), str)
        assert program_of(program.pid) == ""
