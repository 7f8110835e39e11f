"""Claude Desktop's configuration file: our entry is put in or taken out, all else is kept."""

import os
import secrets
import time
from pathlib import Path
from typing import cast

import msgspec
import platformdirs

from services.cli.entry import SERVER, Entry, Stdio
from services.cli.refused import Refused

_SERVERS = "mcpServers"
type _Content = dict[str, object]


def path() -> Path:
    """Return where Claude Desktop keeps its configuration on this platform."""
    folder = platformdirs.user_config_path("Claude", appauthor=False, roaming=True)
    return folder / "claude_desktop_config.json"


def check(file: Path) -> None:
    """Raise Refused where the file cannot be changed without losing something."""
    _servers(file, _read(file))


def put(file: Path, entry: Entry) -> Path | None:
    """Write our entry and return the backup of what was there before. Raises Refused."""
    content = _read(file)
    content[_SERVERS] = {**_servers(file, content), SERVER: entry}
    return _replace(file, content)


def entry_in(file: Path) -> Stdio | None:
    """Return our entry, None where there is none that starts eim. Raises Refused."""
    try:
        return msgspec.convert(_servers(file, _read(file)).get(SERVER), Stdio)
    except msgspec.ValidationError:
        return None


def take_out(file: Path) -> bool:
    """Remove our entry; false if there is none. Raises Refused."""
    content = _read(file)
    servers = _servers(file, content)
    if SERVER not in servers:
        return False
    content[_SERVERS] = {name: entry for name, entry in servers.items() if name != SERVER}
    _replace(file, content)
    return True


def _read(file: Path) -> _Content:
    try:
        text = file.read_bytes()
        return msgspec.json.decode(text, type=_Content) if text.strip() else {}
    except FileNotFoundError:
        return {}
    except msgspec.DecodeError as error:
        raise Refused(f"{file} is not readable ({error}); correct it and try again") from error


def _servers(file: Path, content: _Content) -> _Content:
    servers = content.get(_SERVERS, {})
    if not isinstance(servers, dict):
        raise Refused(f'{file}: "{_SERVERS}" is not an object; correct it and try again')
    return cast("_Content", servers)


def _replace(file: Path, content: _Content) -> Path | None:
    """Replace the file as a whole; it holds a key now, so only its owner may read it."""
    target = file.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    backup = _back_up(target)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    _private(draft, msgspec.json.format(msgspec.json.encode(content), indent=2))
    draft.replace(target)
    return backup


def _back_up(target: Path) -> Path | None:
    if not target.exists():
        return None
    stamp = time.strftime("%Y%m%d-%H%M%S")
    backup = target.with_name(f"{target.name}.{stamp}-{secrets.token_hex(2)}.backup")
    _private(backup, target.read_bytes())
    return backup


def _private(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
