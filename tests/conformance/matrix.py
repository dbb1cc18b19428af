"""
The client matrix: every stock client does its whole round over HTTP and over TLS.

`make test-clients` runs it, since it needs clients that nothing else does; what came of it is
written to docs/reference/clients.md.
"""

import hashlib
import os
import secrets
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from app.certificate import Certificate
from app.rbac.levels import PRESETS
from app.snapshot.values import (
    BackendRoute,
    BucketTarget,
    CorsRule,
    ProxySettings,
    Snapshot,
)
from support.certificates import make_tls_files
from support.chromium import chromium_flags
from support.client_matrix import (
    CLIENTS,
    COPIED,
    NAMES,
    ROOT,
    SCRIPTS,
    Setting,
    StockClient,
    node_version,
)
from support.s3_clients import make_client
from support.s3_proxy import (
    BACKEND,
    HOST,
    REGION,
    SECRET,
    make_credential,
    make_route,
    running_proxy,
)
from support.seaweedfs import SeaweedFS

MIB = 1024 * 1024
SIZES = dict(zip(NAMES, (0, 1000, 20 * MIB), strict=True))
BUCKET = "client-matrix"
ACCESS_KEY = "AKMATRIX"
PAGE = ROOT / "docs" / "reference" / "clients.md"
BROWSER = "AWS SDK for JavaScript v3 (browser)"
TRANSPORTS = ("HTTP", "TLS")
HEAD = """# Which clients work with the endpoint

`make test-clients` has each of these clients do its round through the endpoint over a SeaweedFS,
unmodified, with nothing set but endpoint and credential, and compares every byte with what the
store holds. That run writes this page.

It also runs each snippet of a credential's *How to use it* as printed: AWS CLI, rclone, s3cmd,
s5cmd, curl, restic, DuckDB, boto3, s3fs, minio-py, PyArrow and the AWS SDK for JavaScript, and
Terraform where it is installed. `mc` alone is not run: no package registry has it.

| client | version | HTTP | TLS | what it does |
| --- | --- | --- | --- | --- |
"""


class Results:
    """
    What came of each client, for the page.
    """

    def __init__(self) -> None:
        self.versions: dict[str, str] = {}
        self.outcomes: dict[tuple[str, str], str] = {}

    def render(self) -> str:
        """
        Return the page.
        """
        does = {client.name: client.does for client in CLIENTS}
        does[BROWSER] = (
            "put, upload in parts, ranged read, list, delete, from a page of another origin"
        )
        rows = [
            f"| {name} | {self.versions[name]} | {self.cell(name, 'HTTP')} "
            f"| {self.cell(name, 'TLS')} | {text} |"
            for name, text in does.items()
            if name in self.versions
        ]
        return HEAD + "\n".join(rows) + "\n"

    def cell(self, name: str, transport: str) -> str:
        """
        Return the outcome of a client.
        """
        return self.outcomes.get((name, transport), "not run")


@pytest.fixture(scope="module")
def results() -> Iterator[Results]:
    found = Results()
    yield found
    if len(found.versions) == len(CLIENTS) + 1:  # not after a run of a part
        PAGE.write_text(found.render())


@pytest.fixture(scope="module")
def owner(seaweedfs: SeaweedFS) -> Iterator[Any]:
    client = make_client(seaweedfs.endpoint, seaweedfs.access_key, seaweedfs.secret_key)
    client.create_bucket(Bucket=BUCKET)
    yield client
    client.close()


@pytest.fixture(scope="module")
def page_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """
    Serve the page of the browser's client from an origin of its own.
    """
    node_version()
    folder = tmp_path_factory.mktemp("page")
    bundle = (SCRIPTS / "node_modules" / ".bin" / "esbuild", SCRIPTS / "in_browser.mjs")
    made = (f"--outfile={folder / 'page.js'}", "--bundle", "--format=esm", "--log-level=error")
    subprocess.run([*bundle, *made], check=True, timeout=120)
    (folder / "index.html").write_text('<script type="module" src="page.js"></script>')

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, directory=str(folder), **options)

        def log_message(self, *_: object) -> None:
            """
            Say nothing.
            """

    server = ThreadingHTTPServer((HOST, 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://{HOST}:{server.server_port}"
    server.shutdown()
    server.server_close()


def world(route: BackendRoute, origin: str) -> Snapshot:
    """
    Return a tenant with one bucket, which pages of one origin may use.
    """
    credential = make_credential(ACCESS_KEY, {BUCKET: PRESETS["readwrite"]})
    rule = CorsRule((origin,), ("GET", "PUT", "POST", "DELETE", "HEAD"))
    target = BucketTarget(BACKEND, BUCKET)
    return Snapshot(
        1, ProxySettings(), {BACKEND: route}, {ACCESS_KEY: credential}, cors={target: (rule,)}
    )


@pytest.fixture(scope="module")
def endpoints(
    seaweedfs: SeaweedFS, owner: Any, page_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, tuple[str, str]]]:
    """
    The endpoint and its authority, by transport.
    """
    assert owner is not None
    files = make_tls_files(tmp_path_factory.mktemp("tls"))
    certificate = Certificate(str(files.cert_file), str(files.key_file))
    route = make_route(
        seaweedfs.endpoint,
        access_key=seaweedfs.access_key,
        secret_key=seaweedfs.secret_key,
        capabilities=frozenset({"chunked_upload", "conditional_writes"}),
    )
    snapshot = world(route, page_server)
    with (
        running_proxy(snapshot, workers=2) as plain,
        running_proxy(snapshot, workers=2, certificate=certificate) as secure,
    ):
        yield {
            "HTTP": (plain.endpoint, ""),
            "TLS": (f"https://{HOST}:{secure.port}", str(files.ca_file)),
        }


@contextmanager
def noted(results: Results, name: str, transport: str, version: str) -> Iterator[None]:
    """
    Note for the page how the block ends.
    """
    results.versions[name] = version
    results.outcomes[name, transport] = "fails"
    yield
    results.outcomes[name, transport] = "works"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """
    Files to store in the folder, with their digests.
    """
    (tmp_path / "back").mkdir()
    digests = {}
    for name, size in SIZES.items():
        data = os.urandom(size)
        (tmp_path / name).write_bytes(data)
        digests[name] = digest(data)
    return digests


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_client_does_its_round(  # noqa: PLR0913, PLR0917  fixtures
    client: StockClient,
    transport: str,
    endpoints: dict[str, tuple[str, str]],
    owner: Any,
    results: Results,
    files: dict[str, str],
    tmp_path: Path,
) -> None:
    endpoint, ca_file = endpoints[transport]
    prefix = f"matrix-{secrets.token_hex(4)}"
    setting = Setting(
        endpoint, ACCESS_KEY, SECRET, REGION, BUCKET, prefix, tmp_path, ca_file=ca_file
    )
    with noted(results, client.name, transport, client.find_version()):
        client.store(setting)
        back = {file.name: digest(file.read_bytes()) for file in (tmp_path / "back").iterdir()}
        if client.keeps_names:
            expected = {**files, f"{COPIED}.copy": files[COPIED]}
            keys = {setting.key(name): value for name, value in expected.items()}
            assert stored(owner, prefix) == keys
            assert set((tmp_path / "listed").read_text().split("\n")) == set(keys)
            assert back == expected
        else:
            assert back == files
        client.clear(setting)
        assert stored(owner, prefix) == {}


def stored(owner: Any, prefix: str) -> dict[str, str]:
    """
    Return the digest of everything below a prefix, read past the endpoint; no folder markers.
    """
    page = owner.list_objects_v2(Bucket=BUCKET, Prefix=f"{prefix}/")
    keys = [entry["Key"] for entry in page.get("Contents", ()) if not entry["Key"].endswith("/")]
    return {key: digest(owner.get_object(Bucket=BUCKET, Key=key)["Body"].read()) for key in keys}


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_page_of_another_origin_does_its_round(
    transport: str,
    endpoints: dict[str, tuple[str, str]],
    page_server: str,
    chromium: Path,
    results: Results,
) -> None:
    endpoint, _ = endpoints[transport]
    given = {
        "endpoint": endpoint,
        "accessKeyId": ACCESS_KEY,
        "secretAccessKey": SECRET,
        "region": REGION,
        "bucket": BUCKET,
        "prefix": f"browser-{secrets.token_hex(4)}",
    }
    with (
        noted(results, BROWSER, transport, node_version()),
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=chromium_flags()) as browser,
    ):
        context = browser.new_context(ignore_https_errors=True)
        page = context.new_page()
        page.goto(page_server)
        page.wait_for_function("globalThis.runMatrix !== undefined")

        assert page.evaluate("given => runMatrix(given)", given) == "done"
        context.close()
