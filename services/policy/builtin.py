"""The rules that come with the package."""

from importlib.resources import files

from services.policy.knowledge.load import packaged
from services.policy.layer import Layer


def builtin_layer() -> Layer:
    content = files("services.policy").joinpath("builtin.toml").read_text(encoding="utf-8")
    return Layer("built-in", "builtin.toml", content, packaged())
