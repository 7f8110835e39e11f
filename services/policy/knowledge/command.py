"""What is known about one command, as a rule file says it."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from events.review import Tier

type Style = Literal[
    "usual",  # -abc is -a -b -c; --long, --long=VALUE, --long VALUE; flags may follow operands
    "first",  # as usual, but the first operand ends the flags: env, xargs, timeout, ssh
    "long",  # each flag is one word, mostly with one or two dashes: find, test, java, openssl
    "pairs",  # name=value words: dd
    "plain",  # no flags at all: echo, printf of some shells, true
]


type Prints = Literal[
    "",  # anything
    "names",  # the paths of files at and below its operands: find, grep -l
    "entries",  # the names of files in its operands: ls
    "programs",  # where the programs that its operands name are: which
    "lines",  # some of the lines that it reads, whole: sort, head
    "other",  # a flag that makes it print anything again: ls -l, find -printf
]


class Flag(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A flag that does more than change what is printed."""

    value: str = ""  # role or shape of its value; "" takes none, two names mean two words
    attached: bool = False  # a value only in the same word, and none is fine: -i.bak, --color=auto
    kinds: tuple[str, ...] = ()  # effects that it adds
    operands: str | None = None  # what the operands are with it
    first: bool = False  # it takes the place of the first operand: grep -e, sed -e
    turns: Mapping[str, str] = {}  # what values of other flags are with it: tar -c -f writes
    only: bool = False  # nothing else happens with it: --version, tar -t
    prints: Prints = ""  # what it prints with it
    elsewhere: bool = False  # its command runs in other directories, at and below the operands
    place: str = ""  # where words that are read go in the command; its value, if it has one
    tier: Tier = "safe"
    why: str = ""


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, eq=False):
    """Flags, operands and effects. Whatever is not listed is not understood, and is asked about."""

    does: str = ""  # "sorts lines": what a person is told, after the name
    also: str = ""  # other names of the same command
    style: Style = "usual"
    flags: str = ""  # harmless flags without a value, separated by blanks
    values: str = ""  # harmless flags with a value
    attached: str = ""  # harmless flags that may have a value in the same word
    count: bool = False  # a number may be a flag: head -5
    bundle: bool = False  # the first word is a cluster of flags also without a dash: tar xf, ps aux
    globs: bool = False  # whatever flag a pattern or variable comes to, it looks at most
    operands: str | None = ""  # roles in their order, * repeats, ? may be left out; None: any text
    shapes: Mapping[str, str] = {}  # names for patterns of harmless words, to be used as roles
    prints: Prints = ""  # what xargs would make words of
    feeds: bool = False  # it adds words to the command: xargs those that it reads, fd what it finds
    kinds: tuple[str, ...] = ()  # effects whatever its words are
    bare: tuple[str, ...] = ()  # effects when it is given no operand: bash, python, mysql
    flag: Mapping[str, Flag | str] = {}  # "-o --output" = "write" is short for {value = "write"}
    sub: Mapping[str, "Command"] = {}  # subcommands; "log show" names two, "list-*" all such ones
    shared: bool = False  # its flags may also follow the subcommand: kubectl, aws
    alone: Literal["", "safe"] = ""  # "safe": harmless without a subcommand
    trusts: bool = False  # options in the working directory can make it run programs: git
    tier: Tier = "safe"  # at least this one, whatever its words are
    why: str = ""
    match: Mapping[
        Tier, tuple[str, ...]
    ] = {}  # examples of each tier, tried when the file is loaded
