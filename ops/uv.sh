#!/bin/sh
# Prints where uv is; installs it into .tools/uv if it is not on PATH. Needs any Python 3.
set -eu
cd "$(dirname "$0")/.."

version=0.13.9
private=$PWD/.tools/uv/bin/uv

say() { printf '%s\n' "$*" >&2; }

if command -v uv; then exit; fi
if [ -x "$private" ]; then echo "$private"; exit; fi
if ! command -v python3 >/dev/null; then
    say "There is neither uv nor python3 on PATH; install either, for example from https://docs.astral.sh/uv"
    exit 1
fi
say "Installing uv into .tools/uv"
rm -rf .tools/uv
if python3 -m venv .tools/uv >&2 && .tools/uv/bin/python -m pip install -q "uv==$version" >&2; then
    echo "$private"
    exit
fi
rm -rf .tools/uv
say "uv could not be installed. Debian and Ubuntu need: apt-get install python3-venv. Or install uv"
say "by hand, see https://docs.astral.sh/uv, and try again."
exit 1
