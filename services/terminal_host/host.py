"""The one loop of the process: sleeps until a terminal, a driver or a signal has something."""

import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from typing import Final

from services.contract.frames import Malformed
from services.contract.terminal_host import (
    VERSION,
    Frame,
    Hello,
    Stop,
    Welcome,
)
from services.runtime.unix_socket import uid_of_peer
from services.terminal_host.desk import Desk
from services.terminal_host.link import Gone, Link
from services.terminal_host.say import say
from services.terminal_host.terminal import Terminal

LEAVE_WITHIN: Final = 1.5
"""Seconds that programs have to end after the hang-up."""
WITHOUT_HELLO: Final = 8
"""Connections that have not said what they are; beyond, the oldest is closed."""


class Host:
    """Serves one driver at a time."""

    def __init__(self, listener: socket.socket, wake: socket.socket, linger: float) -> None:
        self._selector = DefaultSelector()
        self._listener = listener
        self._linger = linger
        self._desk = Desk()
        self._links: list[Link] = []
        self._driver: Link | None = None
        self._told_all = True
        self._alone_since = time.monotonic()
        self._stopping_until = 0.0
        self.asked_to_stop = False
        self._wake = wake
        self._watch(listener, self._accept)
        self._watch(wake, self._woken)

    def run(self) -> None:
        """Serve until stopped, or until nobody wanted a terminal for a while."""
        while not self._over():
            for key, _ in self._selector.select(self._patience()):
                if self._selector.get_map().get(key.fd) is key:  # not closed by the one before
                    key.data()
            if self.asked_to_stop and not self._stopping_until:
                self._stop()
            self._tell()
        self._leave()

    def _watch(self, what: socket.socket | int, do: Callable[[], None]) -> None:
        self._selector.register(what, EVENT_READ, do)

    def _over(self) -> bool:
        if self._stopping_until:
            ended = all(terminal.status is not None for terminal in self._desk.terminals.values())
            return (ended and self._told_all) or time.monotonic() >= self._stopping_until
        return self._alone() and time.monotonic() >= self._alone_since + self._linger

    def _alone(self) -> bool:
        return self._driver is None and not self._desk.terminals

    def _patience(self) -> float | None:
        """Return how long to sleep at most; for ever where nothing ends by time alone."""
        until = self._stopping_until or (self._alone() and self._alone_since + self._linger)
        return max(0.0, until - time.monotonic()) if until else None

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:  # it went as soon as it came
            return
        uid = uid_of_peer(connection)
        if uid != os.getuid():
            say(f"refused a connection of user {uid}")
            connection.close()
            return
        link = Link(connection)
        self._links.append(link)
        self._watch(connection, partial(self._hear, link))
        strangers = [each for each in self._links if each is not self._driver]
        if len(strangers) > WITHOUT_HELLO:
            self._drop(strangers[0], "too many connections that say nothing")

    def _hear(self, link: Link) -> None:
        try:
            for frame in link.asked():
                self._answer(link, frame)
                if link not in self._links:
                    return
            self._watch_terminals()
        except Gone:
            self._drop(link, "")
        except Malformed as error:
            self._drop(link, f"malformed: {error}")

    def _answer(self, link: Link, frame: Frame) -> None:
        match frame:
            case Hello(version) if link is not self._driver:
                self._take_over(link, version)
            case Stop() if link is self._driver:
                self.asked_to_stop = True
            case _ if link is self._driver:
                self._desk.answer(link, frame)
            case _:
                raise Malformed(f"{type(frame).__name__} before Hello")

    def _take_over(self, link: Link, version: int) -> None:
        if version != VERSION:
            self._drop(link, f"this terminal host speaks version {VERSION}, not {version}")
            return
        if self._driver is not None:
            self._drop(self._driver, "another driver took over")
        self._driver = link
        link.tell(Welcome(VERSION, os.getpid()))
        self._desk.list_to(link)

    def _drop(self, link: Link, reason: str) -> None:
        if reason:
            say(f"closed a connection: {reason}")
        self._links.remove(link)
        self._selector.unregister(link.socket)
        link.close(reason)
        if link is self._driver:
            self._driver, self._told_all = None, True
            self._alone_since = time.monotonic()

    def _tell(self) -> None:
        """Tell the driver what is new, and ask to be woken when it takes more."""
        if self._driver is None:
            return
        try:
            self._told_all = self._desk.tell(self._driver)
        except Gone:
            self._drop(self._driver, "")
            return
        wanted = EVENT_READ if self._told_all else EVENT_READ | EVENT_WRITE
        key = self._selector.get_key(self._driver.socket)
        if key.events != wanted:
            self._selector.modify(self._driver.socket, wanted, key.data)

    def _watch_terminals(self) -> None:
        """Watch the terminals that may be read; the others would wake us for nothing."""
        watched = self._selector.get_map()
        for terminal in self._desk.terminals.values():
            if terminal.wants_reading != (terminal.master in watched):
                self._watch_terminal(terminal)

    def _watch_terminal(self, terminal: Terminal) -> None:
        if terminal.wants_reading:
            self._watch(terminal.master, partial(self._read, terminal))
        else:
            self._selector.unregister(terminal.master)

    def _read(self, terminal: Terminal) -> None:
        terminal.read()
        if not terminal.wants_reading:
            self._selector.unregister(terminal.master)

    def _woken(self) -> None:
        with suppress(BlockingIOError):
            self._wake.recv(4096)
        for terminal in self._desk.terminals.values():
            terminal.look()
        self._watch_terminals()

    def _stop(self) -> None:
        say(f"stopping, {len(self._desk.terminals)} terminals")
        self._stopping_until = time.monotonic() + LEAVE_WITHIN
        self._signal(signal.SIGHUP, signal.SIGCONT)  # a stopped job sees it only once it runs

    def _signal(self, *signals: signal.Signals) -> None:
        for terminal in self._desk.terminals.values():
            if terminal.status is None:
                terminal.signal(*signals)

    def _leave(self) -> None:
        self._signal(signal.SIGKILL)
        for link in list(self._links):
            self._drop(link, "the terminal host was stopped")
        for terminal in self._desk.terminals.values():
            terminal.close()
        self._selector.close()
