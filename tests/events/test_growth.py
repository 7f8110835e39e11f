import pytest

from events.growth import losses

pytestmark = pytest.mark.pure

OLD = {
    "Opened": {
        "properties": {
            "size": {"type": "integer"},
            "name": {"type": "string", "default": ""},
            "kind": {"enum": ["pty", "tmux"]},
            "text": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Sealed"}]},
        },
        "required": ["size"],
    }
}


def changed(**fields):
    opened = OLD["Opened"]
    kept = {k: v for k, v in (opened["properties"] | fields).items() if v is not None}
    return {"Opened": opened | {"properties": kept}}


def test_the_same_vocabulary_loses_nothing():
    assert losses(OLD, OLD) == []


@pytest.mark.parametrize(
    "more",
    [
        OLD | {"Closed": {}},
        changed(at={"type": "integer", "default": 0}),
        changed(kind={"enum": ["pty", "tmux", "iterm2"]}),
        changed(size={"anyOf": [{"type": "integer"}, {"type": "null"}]}),
        changed(name={"type": "string", "default": "", "description": "A name."}),
    ],
    ids=["an event", "a field", "a choice", "an alternative", "a description"],
)
def test_a_vocabulary_may_grow(more):
    assert losses(OLD, more) == []


@pytest.mark.parametrize(
    ("less", "loss"),
    [
        ({"Started": OLD["Opened"]}, "Opened is gone"),
        (changed(size=None, extent={"type": "integer"}), "Opened.size is gone"),
        (changed(size={"type": "string"}), 'Opened.size may no longer be {"type":"integer"}'),
        (changed(kind={"enum": ["pty"]}), 'Opened.kind may no longer be "tmux"'),
        (
            changed(text={"type": "string"}),
            'Opened.text may no longer be {"$ref":"#/$defs/Sealed"}',
        ),
        (
            changed(name={"type": "string", "default": "x"}),
            "Opened.name means something else where it is left out",
        ),
        (
            changed(name={"type": "string"}),
            "Opened.name means something else where it is left out",
        ),
    ],
)
def test_a_vocabulary_may_not_change(less, loss):
    assert losses(OLD, less) == [loss]


def test_a_new_field_without_a_default_is_refused():
    opened = changed(at={"type": "integer"})["Opened"] | {"required": ["size", "at"]}
    assert losses(OLD, {"Opened": opened}) == ["Opened.at is required, and older events lack it"]
