"""Which program a session runs now."""

import psutil

from tests.iterm2_server.session import Session


def look(session: Session) -> None:
    """Bring the variables about the running program up to date."""
    pid = foreground(session)
    if pid is None:
        return
    try:
        process = psutil.Process(pid)
        with process.oneshot():
            session.variables["jobName"] = process.name()
            session.variables["processTitle"] = process.name()
            session.variables["deepestJob"] = process.name()
            session.variables["commandLine"] = " ".join(process.cmdline())
            session.variables["jobPid"] = pid
            if session.prompts.directory == "":
                session.variables["path"] = process.cwd()
    except (psutil.Error, OSError):
        return  # it ended while it was looked at


def foreground(session: Session) -> int | None:
    """Return the leader of the foreground process group."""
    if session.pty is None or session.exited:
        return None
    try:
        return session.pty.foreground().pgid
    except OSError:
        return None


def busy(session: Session) -> bool:
    """Whether something other than the session's own program has the keyboard."""
    pid = foreground(session)
    return pid is not None and session.pty is not None and pid != session.pty.pid and pid > 0
