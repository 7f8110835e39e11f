#!/bin/sh
# Makes .venv: the locked packages and this checkout. Usage: ops/setup.sh LOCKFILE
set -eu
cd "$(dirname "$0")/.."

wanted=$(cat .python-version)
oldest=3.12
# The system's certificates know the proxy of a company network, too; the second name is the older.
export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}" UV_NATIVE_TLS="${UV_NATIVE_TLS:-true}"

say() { printf '%s\n' "$*" >&2; }

# Any Python that is there already is better than a download.
find_python() {
    for range in "==$wanted.*" ">=$oldest"; do
        installed "$range" && return
        for found in "${PYENV_ROOT:-${HOME:-/}/.pyenv}"/versions/*/bin/python3 \
            /opt/homebrew/bin/python3 /usr/local/bin/python3 /usr/bin/python3; do
            if [ -x "$found" ] && fits "$found" "$range"; then echo "$found"; return; fi
        done
    done
    say "Downloading Python $wanted"
    "$uv" python install -q "$wanted" >&2 && installed "==$wanted.*" && return
    say "No Python $oldest or newer was found, and none could be downloaded. Install one, for example"
    say "  macOS: brew install python@$wanted    Debian, Ubuntu: apt-get install python$wanted"
    return 1
}

installed() {
    "$uv" python find --no-python-downloads --no-project --system "$1" 2>/dev/null
}

fits() {
    case $2 in
    ==*) test="[:2] == ($(echo "$wanted" | tr . ,))" ;;
    *) test=" >= ($(echo "$oldest" | tr . ,))" ;;
    esac
    "$1" -c "import sys; sys.exit(not sys.version_info$test)" 2>/dev/null
}

uv=$(ops/uv.sh)
if ! .venv/bin/python -c '' 2>/dev/null; then
    python=$(find_python)
    say "Making .venv with $python"
    "$uv" venv -q --clear --no-project --python "$python" .venv
fi
say "Installing from $1"
"$uv" pip install -q --python .venv/bin/python --require-hashes -r "$1"
"$uv" pip install -q --python .venv/bin/python --no-deps --no-build-isolation -e .
