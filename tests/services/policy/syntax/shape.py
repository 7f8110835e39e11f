"""A parsed text in few characters, for tables of expectations."""

from services.policy.syntax.parse import parse
from services.policy.syntax.tree import (
    Arithmetic,
    Branch,
    Calculation,
    Command,
    Function,
    Group,
    Home,
    Literal,
    Loop,
    NotUnderstood,
    Opaque,
    Parameter,
    Piece,
    Pipeline,
    Process,
    Redirect,
    Script,
    Simple,
    Substitution,
    Test,
    Word,
)


def shape(text: str, shell: str = "bash") -> str:
    return script(parse(text, shell))


def words(text: str, shell: str = "bash") -> list[str]:
    """The words of the first command."""
    command = parse(text, shell).pipelines[0].commands[0]
    assert isinstance(command, Simple)
    return [word(each) for each in command.words]


def refusal(text: str, shell: str = "bash") -> str:
    """The rule by which a text is refused, or nothing."""
    try:
        parse(text, shell)
    except NotUnderstood as error:
        return error.rule
    return ""


def script(found: Script) -> str:
    return " ; ".join(pipeline(each) for each in found.pipelines)


def pipeline(found: Pipeline) -> str:
    shown = " | ".join(map(command, found.commands))
    return " ".join(filter(None, (found.after, shown, "&" if found.background else "")))


def command(found: Command) -> str:  # noqa: C901 - one line for each kind
    match found:
        case Simple():
            parts = [
                *(
                    f"{each.name}{'+' * each.append}={word(each.value)}"
                    for each in found.assignments
                ),
                *map(word, found.words),
            ]
        case Group():
            brackets = "()" if found.subshell else "{}"
            parts = [brackets[0], script(found.body), brackets[1]]
        case Loop():
            condition = script(found.condition) if found.condition else found.variable
            values = [word(each) for each in found.values or ()]
            parts = ["loop", condition, *values, "{", script(found.body), "}"]
        case Branch():
            parts = ["branch", *map(word, found.words), *(f"[{script(s)}]" for s in found.scripts)]
        case Function():
            parts = ["function", found.name, command(found.body)]
            return " ".join(parts)
        case Test():
            marks = "-v" * found.subscript + "-eq" * found.arithmetic
            parts = [f"test{marks}", *map(word, found.words)]
        case Calculation():
            parts = ["sum", *map(word, found.words)]
    return " ".join(filter(None, (*parts, *map(redirect, found.redirects))))


def redirect(found: Redirect) -> str:
    return f"{'' if found.fd is None else found.fd}{found.operator}{word(found.target)}"


def word(found: Word) -> str:
    return "".join(map(piece, found.pieces)) or "''"


def piece(found: Piece) -> str:
    match found:
        case Literal():
            return f"'{found.text}'" if found.quoted else found.text
        case Parameter():
            more = "".join(f"<{word(each)}>" for each in found.words)
            mark = "" if found.plain else "~"
            shown = f"${{{mark}{found.name}{more}}}"
            return f'"{shown}"' if found.quoted else shown
        case Substitution():
            return f"$({script(found.script)})"
        case Arithmetic():
            return f"$(({word(found.word)}))"
        case Process():
            return f"<({script(found.script)})"
        case Home():
            return f"~{found.user}"
        case Opaque():
            return "???"
