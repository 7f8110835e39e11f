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


def command(found: Command) -> str:
    if isinstance(found, Function):
        return f"function {found.name} {command(found.body)}"
    parts = _simple(found) if isinstance(found, Simple) else _governing(found)
    return " ".join(filter(None, (*parts, *map(redirect, found.redirects))))


def _simple(found: Simple) -> list[str]:
    set_ = [f"{a.name}{'+' * a.append}={word(a.value)}" for a in found.assignments]
    return [*set_, *map(word, found.words)]


def _governing(found: Group | Loop | Branch | Test | Calculation) -> list[str]:
    match found:
        case Group():
            first, last = "()" if found.subshell else "{}"
            return [first, script(found.body), last]
        case Loop():
            head = script(found.condition) if found.condition else found.variable
            return ["loop", head, *map(word, found.values or ()), "{", script(found.body), "}"]
        case Branch():
            return ["branch", *map(word, found.words), *(f"[{script(s)}]" for s in found.scripts)]
        case Test():
            marks = "-v" * found.subscript + "-eq" * found.arithmetic
            return [f"test{marks}", *map(word, found.words)]
        case Calculation():
            return ["sum", *map(word, found.words)]


def redirect(found: Redirect) -> str:
    return f"{'' if found.fd is None else found.fd}{found.operator}{word(found.target)}"


def word(found: Word) -> str:
    return "".join(map(piece, found.pieces)) or "''"


def piece(found: Piece) -> str:
    match found:
        case Literal():
            return f"'{found.text}'" if found.quoted else found.text
        case Parameter():
            return _parameter(found)
        case Arithmetic():
            return f"$(({word(found.word)}))"
        case Substitution() | Process():
            return f"{'$' if isinstance(found, Substitution) else '<'}({script(found.script)})"
        case Home() | Opaque():
            return f"~{found.user}" if isinstance(found, Home) else "???"


def _parameter(found: Parameter) -> str:
    more = "".join(f"<{word(each)}>" for each in found.words)
    shown = f"${{{'' if found.plain else '~'}{found.name}{more}}}"
    return f'"{shown}"' if found.quoted else shown
