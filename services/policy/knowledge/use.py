"""What a command makes of one of its words."""

from typing import Literal, get_args

import msgspec

from events.review import Tier
from services.policy.value import Value

type Role = Literal[
    "text",  # only looked at: harmless whatever it says
    "list",  # a path whose name, type or dates are looked at
    "read",  # a path that is read
    "write",  # a path that is made or changed
    "delete",  # a path that is removed
    "mode",  # a path whose owner, permissions or attributes change
    "connect",  # a host or an address that is connected to
    "upload",  # a path whose content leaves the machine
    "listen",  # an address that others can connect to
    "run",  # a path or name of a program that is run
    "load",  # a path of code, a plug-in or a configuration that can run code
    "install",  # a package that is fetched and installed
    "signal",  # a process that is signalled
    "variable",  # NAME=VALUE or NAME, of the environment
    "command",  # this word and all after it are a command of their own
    "until",  # as command, but only up to ; or + (find -exec)
    "shell",  # a text in the grammar of the shell
    "code",  # a text in a language that is not read
    "awk",
    "sed",
    "jq",
]
type Kind = Literal[
    "delete-tree",  # removes directories with all that is in them
    "privilege",  # acts as another user
    "persist",  # will act later or at each start
    "escape",  # goes on in another shell, machine or container
    "system",  # power, disks, boot, accounts, firewall, security settings
    "credential",  # shows or changes keys, passwords or tokens
    "history",  # loses what a version control system keeps
    "cloud",  # changes something that others share: cluster, cloud, registry, remote repository
    "process",  # ends or changes running programs
    "network",  # talks to other machines
    "lookup",  # asks the service that it is made for, of a known name, and changes nothing there
    "expose",  # opens this machine to others
    "run",  # runs what files here say: a build, a test, a script
    "state",  # changes the state of a tool or a service, in a way that can be undone
]
ROLES = frozenset(get_args(Role.__value__))
KINDS = frozenset(get_args(Kind.__value__))


class Use(msgspec.Struct, frozen=True):
    """A word in its role; ``flag`` is the one it belongs to, if any."""

    role: Role
    value: Value
    flag: str = ""


class Reading(msgspec.Struct, frozen=True):
    """All of a command's words, read by what is known of it."""

    uses: tuple[Use, ...] = ()
    kinds: tuple[Kind, ...] = ()
    commands: tuple[tuple[Value, ...], ...] = ()  # those it runs
    feeds: bool = False  # it adds words to them that it reads: xargs, parallel
    place: str = ""  # where to: for each such text (xargs -I {}); "" is the end
    elsewhere: bool = False  # they run in other directories, at and below its operands
    doubts: tuple[str, ...] = ()  # what is not known, each as the end of "sort: …"
    tier: Tier = "safe"  # at least this one
    why: str = ""  # the reason of the tier, as the end of "mkfs …"
    names: tuple[Value, ...] = ()  # if all it prints are names of files: what these may be
    passes: bool = False  # prints nothing but whole lines of its standard input: sort, head
