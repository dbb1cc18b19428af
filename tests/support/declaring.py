"""
A file in git and the services that follow it, for tests of what a file declares.
"""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from app.config.load import LoadedConfig, load_config
from app.config.models import Config
from app.plan.apply import Planner
from app.plan.kinds import open_planner
from app.plan.plan import Plan
from app.services import Services, open_services

KEY = "00" * 32
ENVIRON = {
    "STOWAGE_SECRET_KEY": KEY,
    "AK": "key",
    "SK": "secret",
    "ROBOT": "a-secret-of-sixteen-characters",
}
PLACE = {
    "type": "s3v4",
    "endpoint": "http://127.0.0.1:9",
    "access_key_env": "AK",
    "secret_key_env": "SK",
}


@dataclass(slots=True)
class Declaring:
    """
    A configuration file beside open services.
    """

    services: Services
    path: Path
    environ: dict[str, str] = field(default_factory=lambda: dict(ENVIRON))

    @property
    def planner(self) -> Planner:
        """
        Return what plans and applies.
        """
        return open_planner(self.services, self.environ)

    def load(self, declared: Mapping[str, Any]) -> LoadedConfig:
        """
        Write the file anew and read it.
        """
        self.path.write_text(yaml.safe_dump(dict(declared), sort_keys=False))
        return load_config(self.path, {})

    async def plan(self, declared: Mapping[str, Any]) -> Plan:
        """
        Write the file anew and compare.
        """
        return await self.planner.compute(self.load(declared))

    async def apply(self, declared: Mapping[str, Any]) -> list[str]:
        """
        Write the file anew, make it so, and return the plan's lines.
        """
        plan = await self.plan(declared)
        await self.planner.apply(plan)
        return str(plan).splitlines()


@asynccontextmanager
async def open_declaring(
    folder: Path, *, environ: Mapping[str, str] | None = None, **settings: Any
) -> AsyncIterator[Declaring]:
    """
    Open services over the databases in a folder, with further variables for the file.
    """
    sections: dict[str, Any] = {
        "db": {"sqlite": {"path": str(folder / "state.db")}},
        "s3_proxy": {"enabled": True},
        **settings,
    }
    config = Config.model_validate(sections)
    known = {**os.environ, **ENVIRON, **(environ or {})}
    async with open_services(config, environ=known) as services:
        # Backends that are there already live, as in a server.
        await services.backends.reload()
        yield Declaring(services, folder / "config.yaml", {**ENVIRON, **(environ or {})})
