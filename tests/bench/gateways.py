"""
Other S3 gateways, measured where their program is found; nobody needs to have them.

`STOWAGE_REFERENCE` names the program of the Go reference, which is called `stowage` as we are.
"""

import http.client
import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path

from app.quickstart.ports import claim_ports
from bench import objects, process
from bench.signing import REGION, Key
from bench.target import LOOPBACK, Setting, Target, start, version_of

_AUTH = frozenset(("auth",))
FEATURES = frozenset(("auth", "scopes", "anonymous"))


class VersityGateway:
    """
    `versitygw s3`: one root account, any bucket of the upstream.
    """

    name = "versitygw"

    def find(self) -> str:
        """
        The one on the path.
        """
        return version_of("versitygw", "--version") if shutil.which("versitygw") else ""

    @contextmanager
    def run(self, setting: Setting) -> Iterator[Target]:
        """
        Serve until the end of the block.
        """
        (port,) = claim_ports(1)
        key = Key("VERSITYBENCH00001", "secret-of-the-versity-gateway-00001")
        command = ["versitygw", "--port", f"{LOOPBACK}:{port}", "--region", REGION, "--quiet"]
        if setting.certificate:
            command += ["--cert", str(setting.certificate.cert)]
            command += ["--key", str(setting.certificate.key)]
        command += ["s3", "--endpoint", f"http://{LOOPBACK}:{setting.upstream.port}"]
        command += ["--region", REGION, "--use-path-style"]
        program = start(
            setting,
            command,
            ROOT_ACCESS_KEY=key.id,
            ROOT_SECRET_KEY=key.secret,
            VGW_S3_ACCESS_KEY=setting.upstream.key.id,
            VGW_S3_SECRET_KEY=setting.upstream.key.secret,
            GOMAXPROCS=str(setting.workers),
        )
        try:
            program.wait_until(lambda: process.accepts(port))
            yield Target(self.name, port, (key,), program, _AUTH)
        finally:
            program.stop()


class Reference:
    """
    The Go reference: a configuration, an administrator, and credentials made through its API.
    """

    name = "reference"

    def find(self) -> str:
        """
        The one that `STOWAGE_REFERENCE` names.
        """
        program = os.environ.get("STOWAGE_REFERENCE", "")
        return f"Go reference, {Path(program).name}" if shutil.which(program) else ""

    @contextmanager
    def run(self, setting: Setting) -> Iterator[Target]:
        """
        Serve until the end of the block.
        """
        dashboard, port = claim_ports(2)
        program, config = os.environ["STOWAGE_REFERENCE"], setting.folder / f"go-{port}.yaml"
        config.write_text(json.dumps(_reference_config(setting, dashboard, port)))
        environ = {
            "STOWAGE_SECRET_KEY": secrets.token_hex(32),
            "BENCH_ACCESS_KEY": setting.upstream.key.id,
            "BENCH_SECRET_KEY": setting.upstream.key.secret,
            "GOMAXPROCS": str(setting.workers),
        }
        account = ("bench", secrets.token_urlsafe(20) + "aA1!")
        create = [program, "create-admin", "--config", str(config)]
        create += ["--username", account[0], "--password", account[1]]
        subprocess.run(create, check=True, env={**os.environ, **environ}, timeout=30)
        running = start(setting, [program, "serve", "--config", str(config)], **environ)
        try:
            running.wait_until(lambda: process.accepts(dashboard) and process.accepts(port))
            keys = _make_credentials(dashboard, account, setting.credentials)
            yield Target(self.name, port, keys, running, FEATURES, settle_seconds=1.2)
        finally:
            running.stop()


def _reference_config(setting: Setting, dashboard: int, port: int) -> dict[str, object]:
    backend = {
        "id": "store",
        "type": "s3v4",
        "endpoint": f"http://{LOOPBACK}:{setting.upstream.port}",
        "region": REGION,
        "access_key_env": "BENCH_ACCESS_KEY",
        "secret_key_env": "BENCH_SECRET_KEY",
        "path_style": True,
    }
    return {  # JSON is YAML
        "server": {"listen": f"{LOOPBACK}:{dashboard}"},
        "log": {"level": "warn"},
        "db": {"sqlite": {"path": str(setting.folder / f"go-{port}.db")}},
        "s3_proxy": {
            "enabled": True,
            "listen": f"{LOOPBACK}:{port}",
            "anonymous_enabled": True,
            "anonymous_rps": 1_000_000_000,
        },
        "backends": [backend],
    }


def _make_credentials(dashboard: int, account: tuple[str, str], count: int) -> list[Key]:
    """
    Sign in and ask the API for so many credentials; it allows 600 calls a minute.
    """
    connection = http.client.HTTPConnection(LOOPBACK, dashboard, timeout=30)
    jar: SimpleCookie = SimpleCookie()
    login = {"username": account[0], "password": account[1]}
    _post(connection, "/auth/login/local", login, jar)
    place = {"backend_id": "store", "bucket": objects.BUCKET}
    _post(connection, "/api/admin/s3-anonymous", {**place, "per_source_ip_rps": 10**9}, jar)
    wanted = {"backend_id": "store", "buckets": [objects.BUCKET]}
    made = [
        _post(connection, "/api/admin/s3-credentials", wanted, jar) for _ in range(min(count, 500))
    ]
    connection.close()
    return [Key(one["access_key"], one["secret_key"]) for one in made]


def _post(
    connection: http.client.HTTPConnection, path: str, body: object, jar: SimpleCookie
) -> dict[str, str]:
    headers = {"Content-Type": "application/json"}
    if jar:
        headers["Cookie"] = "; ".join(f"{name}={one.value}" for name, one in jar.items())
        headers["X-CSRF-Token"] = jar["stowage_csrf"].value
    connection.request("POST", path, json.dumps(body), headers)
    answer = connection.getresponse()
    data = answer.read()
    for line in answer.headers.get_all("Set-Cookie", []):
        jar.load(line)
    if answer.status >= 300:
        raise process.NotStartedError(f"{path} answers {answer.status}: {data[:300]!r}")
    return dict(json.loads(data))
