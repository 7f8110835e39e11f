"""Packs the Claude Desktop bundle: pack.py OUT.mcpb [--manifest manifest-python.json]."""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PACKER = "@anthropic-ai/mcpb@2.1.2"
SOURCES = ("events", "projections", "services")
FILES = ("pyproject.toml", "README.md", "LICENSE", "nats.conf")


def main() -> int:
    """Stage the sources beside a manifest, check them and pack them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--manifest", default="manifest.json")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        stage(Path(folder), HERE / given.manifest)
        checked = mcpb("validate", f"{folder}/manifest.json")
        return checked or mcpb("pack", folder, str(given.bundle.absolute()))


def stage(folder: Path, manifest: Path) -> None:
    """Copy what the bundle holds; nothing of this machine."""
    for source in SOURCES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / source, folder / source, ignore=ignored)
    for name in FILES:
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, folder)
    shutil.copy(HERE / ".mcpbignore", folder)
    shutil.copy(manifest, folder / "manifest.json")


def mcpb(*arguments: str) -> int:
    """Run the packer; an installation in .tools/node is used before the network."""
    npx = shutil.which("npx")
    if npx is None:
        sys.exit("pack.py needs npx, which comes with Node.js")
    tools = ROOT / ".tools" / "node"
    command = [npx, "--yes", PACKER, *arguments]
    return subprocess.run(command, cwd=tools if tools.exists() else ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
