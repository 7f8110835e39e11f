"""What it means to set a variable, by its name."""

import re
from fnmatch import fnmatchcase

from services.policy.meaning.effect import Effect
from services.policy.meaning.following import Following
from services.policy.meaning.location import Location
from services.policy.variables import what_it_decides

_OF_SHELLS = re.compile(
    r"PS\d|R?PROMPT\d?|RPS\d|SPROMPT|HIST\w*|HISTCHARS|histchars|TMOUT|CDPATH|MAILPATH|MAIL"
    r"|BASH\w*|ZSH\w*|ZLE\w*|FUNCNEST|INPUTRC|OPTARG|FIGNORE|TIMEFMT|WATCH\w*|OLDPWD|PWD"
    r"|path|fpath|cdpath|mailpath|manpath|module_path|fignore|psvar|prompt|watch|argv|status"
    r"|aliases|galiases|saliases|functions|dis_\w+|commands|options|parameters|modules|nameddirs"
    r"|userdirs|dirstack|hooks|\w+_functions|chpwd|periodic|precmd|preexec|zsh\w*|fish_\w+"
)


def set_variable(name: str, follow: Following, *, exported: bool, by: str = "") -> None:
    """Note the effect of a variable that decides what other programs do."""
    if any(fnmatchcase(name, known) for known in follow.rules.session_environment):
        return
    if what_it_decides(name, follow.rules.environment) or _OF_SHELLS.fullmatch(name):
        follow.found.effect(Effect("variable", by, name, Location("system")))
    elif exported:
        follow.found.effect(Effect("variable", by, name))
