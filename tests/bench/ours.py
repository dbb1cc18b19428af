"""
Stowage itself as a target: a configuration, a database with credentials in it, `stowage serve`.

Everything is on as an operator would have it: every check, audit, metrics, the dashboard. Limits
are off, because the load is one client.
"""

import asyncio
import importlib.util
import json
import secrets
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import yaml
from sqlalchemy import insert

from app.credentials.sealed import seal_secrets
from app.crypto import KeyRing
from app.database.engine import SqliteFile, open_database
from app.database.tables import s3_anonymous_bindings, s3_credentials
from bench import objects
from bench.signing import REGION, Key
from bench.stores import TESTS
from bench.target import LOOPBACK, Setting, Target, start

FEATURES = frozenset(("auth", "scopes", "anonymous"))
SETTLE_SECONDS = 1.2
"""Workers hand audit rows and counters to the main process within a second."""
_UNLIMITED = 1_000_000_000


class Stowage:
    """
    This checkout, with the pure or the compiled core.
    """

    def __init__(self, core: str) -> None:
        """
        Take `python` or `compiled`.
        """
        self.core = core
        self.name = f"stowage-{core}"

    def find(self) -> str:
        """
        Ours is always there; the compiled core only where it was built.
        """
        if self.core == "compiled" and importlib.util.find_spec("proxy.core._fast") is None:
            return ""
        return f"stowage {version('stowage')}, {self.core} core"

    @contextmanager
    def run(self, setting: Setting) -> Iterator[Target]:
        """
        Prepare the database, serve until the end of the block.
        """
        folder = Path(tempfile.mkdtemp(prefix="stowage-", dir=setting.folder))
        keys = [_make_key(number) for number in range(setting.credentials)]
        sealing_key = secrets.token_bytes(32)
        asyncio.run(_fill_database(folder, setting, keys, sealing_key))
        config, ready = folder / "config.yaml", folder / "ready.json"
        config.write_text(yaml.safe_dump(_config(folder, setting)))
        command = [sys.executable, "-m", "app", "serve", "--config", str(config)]
        program = start(
            setting,
            [*command, "--ready-file", str(ready)],
            PYTHONPATH=str(TESTS.parent),
            STOWAGE_SECRET_KEY=sealing_key.hex(),
            STOWAGE_PROXY_CORE=self.core,
            BENCH_ACCESS_KEY=setting.upstream.key.id,
            BENCH_SECRET_KEY=setting.upstream.key.secret,
        )
        try:
            program.wait_until(ready.exists)
            endpoint = json.loads(ready.read_text())["s3_endpoint"]
            port = int(endpoint.rpartition(":")[2])
            yield Target(self.name, port, keys, program, FEATURES, SETTLE_SECONDS)
        finally:
            program.stop()


def _make_key(number: int) -> Key:
    return Key(f"AKSTOWAGE{number:011d}", secrets.token_urlsafe(30))


def _config(folder: Path, setting: Setting) -> dict[str, object]:
    proxy: dict[str, object] = {
        "enabled": True,
        "listen": f"{LOOPBACK}:0",
        "workers": setting.workers,
        "anonymous_enabled": True,
        "anonymous_rps": _UNLIMITED,
        "failed_auth_per_ip_rps": 0,
    }
    if setting.certificate:
        cert, key = str(setting.certificate.cert), str(setting.certificate.key)
        proxy["tls"] = {"cert_file": cert, "key_file": key}
    return {
        "server": {"listen": f"{LOOPBACK}:0"},
        "log": {"level": "warn"},
        "db": {"sqlite": {"path": str(folder / "stowage.db")}},
        "s3_proxy": proxy,
        "backends": [_backend(number, setting) for number in range(setting.backends)],
    }


def _backend(number: int, setting: Setting) -> dict[str, object]:
    return {
        "id": _backend_id(number),
        "type": "s3v4",
        "endpoint": f"http://{LOOPBACK}:{setting.upstream.port}",
        "region": REGION,
        "access_key_env": "BENCH_ACCESS_KEY",
        "secret_key_env": "BENCH_SECRET_KEY",
        "path_style": True,
    }


def _backend_id(number: int) -> str:
    return f"store-{number:03d}"


async def _fill_database(
    folder: Path, setting: Setting, keys: Sequence[Key], sealing_key: bytes
) -> None:
    """
    Write the rows that an administrator's calls would have made, a hundred thousand at once.
    """
    ring, now = KeyRing({0: sealing_key}), datetime.now(UTC)
    stamp = {"created_at": now, "updated_at": now}
    rows: list[dict[str, object]] = [
        {
            "access_key": key.id,
            **seal_secrets(ring, key.id, secret_key=key.secret, token=None),
            "scopes": [_scope(number % setting.backends)],
            "is_enabled": True,
            "cidrs": [],
            "limits": {},
            **stamp,
        }
        for number, key in enumerate(keys)
    ]
    binding = {
        "backend_id": _backend_id(0),
        "bucket": objects.BUCKET,
        "may_list": True,
        "per_source_ip_rps": _UNLIMITED,
        **stamp,
    }
    async with (
        open_database(SqliteFile(folder / "stowage.db"), "product") as database,
        database.write() as connection,
    ):
        await connection.execute(insert(s3_credentials), rows)
        await connection.execute(insert(s3_anonymous_bindings), [binding])


def _scope(backend: int) -> dict[str, str]:
    return {
        "backend_id": _backend_id(backend),
        "bucket": objects.BUCKET,
        "prefix": "",
        "access": "readwrite",
    }
