"""
The configuration of a quickstart, as if it stood in a file.
"""

import os

from pydantic import ValidationError

from app.config.load import LoadedConfig
from app.config.models import Config
from app.config.problems import ConfigError, Origin, Problem, render_path
from app.quickstart.folder import DataFolder
from app.quickstart.store import access_key_file, secret_key_file
from app.quickstart.weed import REGION, Weed

BACKEND_ID = "local"
"""The managed store among the backends."""


def make_config(folder: DataFolder, weed: Weed, *, listen: str, s3_listen: str) -> Config:
    """
    Return a configuration with the managed store as its one backend.

    Raises:
        ConfigError: an address cannot be understood, or both are the same.
    """
    backend = {
        "id": BACKEND_ID,
        "name": "SeaweedFS of the quickstart",
        "type": "s3v4",
        "preset": "seaweedfs",
        "endpoint": weed.endpoint,
        "region": REGION,
        "path_style": True,
        "access_key_file": str(access_key_file(folder.store)),
        "secret_key_file": str(secret_key_file(folder.store)),
    }
    values = {
        "server": {
            "listen": listen,
            "secret_key_file": str(folder.sealing_key),
            # Ctrl-C is to take seconds; whoever serves others runs `stowage serve`.
            "shutdown_timeout": "500ms",
            "drain_timeout": "0s",
        },
        "log": {"format": "text", "level": os.environ.get("STOWAGE_LOG_LEVEL", "warn")},
        "db": {"sqlite": {"path": str(folder.database)}},
        "s3_proxy": {"enabled": True, "listen": s3_listen},
        "backends": [backend],
    }
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        problems = [Problem(one["msg"], render_path(one["loc"])) for one in error.errors()]
        raise ConfigError(problems) from error


def declare(config: Config) -> LoadedConfig:
    """
    Return the configuration as plan and apply want it, with the command as the place of its keys.
    """
    return LoadedConfig(config, {"backends": Origin("stowage quickstart")})
