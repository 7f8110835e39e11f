"""The only reader of the environment and of paths. Default < file < environment < flag."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
import platformdirs

from services.runtime import data_folder
from services.runtime.layers import ConfigError, Layer, assignments, combine, settings, variable
from services.runtime.settings import Config

_OTHER_NAMES = {"NATS_URL": "clustering.natsUrl"}
_SECTIONS = tuple(f"EIM_{section.upper()}_" for section in Config.__struct_fields__)


class Home(msgspec.Struct, frozen=True):
    """The folder that holds everything we keep on this machine; only its owner may enter it."""

    root: Path

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.root / "config.json"

    @property
    def policy(self) -> Path:
        """The user's own rule file."""
        return self.root / "policy.toml"

    @property
    def keys(self) -> Path:
        """The services' keys to the broker, and the key of the digests."""
        return self.root / "keys"

    @property
    def broker(self) -> Path:
        """The log itself."""
        return self.root / "broker"

    @property
    def state(self) -> Path:
        """What services derived from the log; it can always be rebuilt."""
        return self.root / "state"

    @property
    def run(self) -> Path:
        """Locks, sockets and addresses of what runs now."""
        return self.root / "run"

    @property
    def logs(self) -> Path:
        """What the processes said about themselves."""
        return self.root / "logs"

    @property
    def clients(self) -> Path:
        """Credentials that MCP clients log in with."""
        return self.root / "clients"

    @property
    def approvers(self) -> Path:
        """Keys of people who decide here, each locked with its passphrase."""
        return self.root / "approvers"

    def create(self) -> "Home":
        """Make the folders that are missing. Raises HomeUnusable."""
        folders = (self.keys, self.broker, self.state, self.run, self.logs, self.clients)
        data_folder.check_place(self.root)
        try:
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            for folder in folders:
                folder.mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            raise data_folder.cannot_make(self.root, error) from error
        data_folder.check_each(self.root, folders)
        return self


def environment() -> dict[str, str]:
    """Return the variables that this process was started with."""
    return dict(os.environ)


def user_environment() -> dict[str, str]:
    """Return what a program started for the user may see: everything but our own settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("EIM_")}


def home(environ: Mapping[str, str]) -> Home:
    """Return EIM_HOME, or the place where this platform keeps application data."""
    if chosen := environ.get("EIM_HOME"):
        return Home(Path(chosen).expanduser().absolute())
    return Home(platformdirs.user_data_path("enhanced-iterm-mcp", appauthor=False))


def load(flags: Mapping[str, object], environ: Mapping[str, str], cwd: Path) -> Config:
    """Return the configuration. Raises ConfigError.

    `flags` are values by path (`server.port`); `config` among them names the file, as EIM_CONFIG
    does. The .env file is the one beside the configuration: a .env in the working directory may
    belong to a repository that nobody has looked at.
    """
    chosen = flags.get("config") or environ.get("EIM_CONFIG")
    path = cwd / str(chosen) if chosen else home(environ).config
    variables = _dotenv(path.parent / ".env") | dict(environ)
    asked = {name: value for name, value in flags.items() if name != "config" and value is not None}
    layers = [
        Layer(str(path), _file(path, required=bool(chosen))),
        Layer("environment", _from_variables(variables), texts=True),
        Layer("command line", asked, texts=True),
    ]
    return combine(layers, variables)


def _file(path: Path, *, required: bool) -> dict[str, object]:
    if not required and not path.exists():
        return {}
    try:
        sections = msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, object]])
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError([f"{path}: {error}"]) from error
    return {
        f"{section}.{key}": value
        for section, content in sections.items()
        for key, value in content.items()
    }


def _dotenv(path: Path) -> dict[str, str]:
    try:
        return assignments(path.read_text()) if path.exists() else {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: {error}"]) from error


def _from_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """Settings among the variables; a misspelt one keeps its name and is refused as unknown."""
    paths = {variable(path): path for path in settings()}
    ours = {name: value for name, value in variables.items() if name.startswith(_SECTIONS)}
    others = {path: variables[name] for name, path in _OTHER_NAMES.items() if variables.get(name)}
    return others | {paths.get(name, name): value for name, value in ours.items()}


def broker_rules() -> Path:
    """Return nats.conf: in a checkout at its top, in an installed package beside this file."""
    here = Path(__file__).parent
    return next(
        path for path in (here.parents[1] / "nats.conf", here / "nats.conf") if path.exists()
    )
