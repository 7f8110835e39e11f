"""The rules that come with the package."""

from importlib.resources import files

from services.policy.knowledge.load import packaged
from services.policy.layer import Layer


def builtin_layer() -> Layer:
    package = files("services.policy")
    places = (package / "builtin.toml", package / "programs" / "programs.toml")
    content = "\n".join(place.read_text(encoding="utf-8") for place in places)
    return Layer("built-in", "builtin.toml", content, packaged())
