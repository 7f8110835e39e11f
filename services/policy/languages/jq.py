"""What a jq filter reaches besides its input: modules, and the environment, which is refused."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from services.policy.knowledge.use import Use
from services.policy.languages.terminal import JQ, draws
from services.policy.syntax.tree import NotUnderstood
from services.policy.value import UNKNOWN, Value

_RULE: Final = "jq"
_MAX_DEPTH: Final = 32
_TOKEN: Final = re.compile(
    r"""
      (?P<blank>[ \t\n]+|\#[^\n\r\\]*(?=\n|\Z))
    | (?P<field>\.[A-Za-z_][A-Za-z0-9_]*)
    | (?P<variable>\$(?:[A-Za-z_][A-Za-z0-9_]*::)*[A-Za-z_][A-Za-z0-9_]*)
    | (?P<name>(?:[A-Za-z_][A-Za-z0-9_]*::)*[A-Za-z_][A-Za-z0-9_]*)
    | (?P<format>@[a-z0-9]+)
    | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<quote>")
    | (?P<open>[({\[])
    | (?P<close>[)}\]])
    | (?P<sign>\?//=?|//=?|[!=<>|+*/%-]=|[.,:;|?=<>+*/%-])
    """,
    re.VERBOSE,
)
_IN_STRING: Final = re.compile(r'(?:[^"\\]|\\[^(])*+(?:(?P<quote>")|(?P<open>\\\())')
_DEFINITION: Final = re.compile(
    r"[ \t\n]+(?P<name>[A-Za-z_]\w*)[ \t\n]*(?:\((?P<parameters>[\w$; \t\n]*)\))?[ \t\n]*:"
)
_PARAMETER: Final = re.compile(r"[A-Za-z_]\w*")
_NAMES: Final = """and or not if then else elif end as def reduce foreach try catch label break
    import include module abs acos acosh add all any arrays ascii ascii_downcase ascii_upcase asin
    asinh atan atan2 atanh booleans bsearch builtins capture cbrt ceil combinations contains
    copysign cos cosh dateadd datesub date debug del delpaths drem empty endswith error exp
    exp10 exp2 expm1 explode fabs false finites first flatten floor fma fmax fmin fmod
    format frexp from_entries fromdate fromdateiso8601 fromjson fromstream gamma
    get_search_list getpath gmtime group_by gsub halt halt_error has have_decnum
    have_literal_numbers hypot in index INDEX IN indices infinite input
    input_filename input_line_number inputs inside isempty isfinite isinfinite isnan
    isnormal isvalid iterables join keys keys_unsorted last ldexp leaf_paths length lgamma
    lgamma_r limit localtime log log10 log1p log2 logb ltrimstr ltrim map map_values match
    max max_by min min_by mktime modf nan nearbyint nextafter nexttoward normals now nth
    null nulls numbers objects path paths pick pow pow10 range recurse recurse_down repeat
    reverse rindex rint round rtrimstr rtrim scalars scalb scalbln scan select setpath
    significand sin sinh skip sort sort_by split splits sqrt startswith stderr strflocaltime
    strftime strings strptime sub tan tanh test tgamma to_entries toarray todate
    todateiso8601 tojson tonumber tostream tostring transpose trim trimstr true trunc
    truncate_stream type unique unique_by until utf8bytelength values walk while
    with_entries"""
_KNOWN: Final = frozenset(_NAMES.split())
_ALWAYS_REFUSED: Final = frozenset({"env", "modulemeta"})
_MODULES: Final = frozenset({"import", "include"})


def uses(text: str) -> Iterator[Use]:
    """Yield the modules that are loaded; raise `NotUnderstood` where the filter is unclear."""
    if UNKNOWN in text:
        raise NotUnderstood(_RULE, "a part of the filter is not known")
    reader = _Reader(text)
    reader.read()
    return iter(tuple(reader.uses))


class _Reader:
    """A place in the text and the brackets that are open; ``"`` among them is a string."""

    def __init__(self, text: str) -> None:
        self.uses: list[Use] = []
        self._text = text
        self._at = 0
        self._open: list[str] = []
        self._last = ""  # the token before
        self._own: set[str] = set()  # functions and parameters that the filter defines
        self._strange: set[str] = set()

    def read(self) -> None:
        while self._at < len(self._text):
            if self._open[-1:] == ['"']:
                self.string()
            else:
                self.token()
        if self._open:
            raise NotUnderstood(_RULE, "brackets or quotes do not match")
        unknown = self._strange - (self._own - _ALWAYS_REFUSED)
        if unknown:
            raise NotUnderstood(_RULE, f"{min(unknown)} is not known")

    def token(self) -> None:
        found = _TOKEN.match(self._text, self._at)
        if found is None:
            raise NotUnderstood(_RULE, f"{self._text[self._at]!r} is not followed")
        self._at = found.end()
        kind = found.lastgroup or ""
        if kind in _HANDLERS:
            _HANDLERS[kind](self, found[0])
        if kind not in {"blank", "quote"}:
            self._last = found[0]

    def string(self) -> None:
        found = _IN_STRING.match(self._text, self._at)
        if found is None:
            raise NotUnderstood(_RULE, "a string does not end")
        if draws(found[0], JQ):
            raise NotUnderstood(_RULE, "a string may hold what the terminal obeys")
        if self._last in _MODULES:
            content = self._text[self._at : found.end() - 1]
            self.uses.append(Use("load", Value(UNKNOWN if "\\" in content else content)))
        self._at = found.end()
        self._last = '"'
        if found["quote"]:
            self.pop('"')
        else:
            self.push("(")

    def name(self, name: str) -> None:
        definition = _DEFINITION.match(self._text, self._at) if name == "def" else None
        if definition:
            self._own |= {definition["name"], *_PARAMETER.findall(definition["parameters"] or "")}
        is_key = self._open[-1:] == ["{"] and self._last in {"{", ","}
        if name not in _KNOWN and "::" not in name and self._last != "as" and not is_key:
            self._strange.add(name)

    def variable(self, name: str) -> None:
        if name.endswith(("$ENV", ":ENV")):
            raise NotUnderstood(_RULE, "$ENV shows the environment")

    def push(self, mark: str) -> None:
        self._open.append(mark)
        if len(self._open) > _MAX_DEPTH:
            raise NotUnderstood(_RULE, "brackets nest too deep")

    def pop(self, mark: str) -> None:
        if not self._open or self._open.pop() != _OPENING[mark]:
            raise NotUnderstood(_RULE, "brackets or quotes do not match")


_HANDLERS: Final[Mapping[str, Callable[[_Reader, str], None]]] = {
    "name": _Reader.name,
    "variable": _Reader.variable,
    "quote": _Reader.push,
    "open": _Reader.push,
    "close": _Reader.pop,
}
_OPENING: Final = {")": "(", "]": "[", "}": "{", '"': '"'}
