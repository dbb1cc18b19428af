"""
The snippets of a credential's dialog work as printed, with the stock clients.

`make test-clients` runs them, since they need clients that nothing else does. Not run is `mc`,
which no package registry has.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from app.rbac.levels import PRESETS
from support.client_matrix import ASYNC, NEWEST, ROOT, SCRIPTS, node_version
from support.s3_clients import make_client
from support.s3_proxy import (
    REGION,
    SECRET,
    make_credential,
    make_route,
    make_snapshot,
    running_proxy,
)
from support.seaweedfs import SeaweedFS

BUCKET = "snippets"
KEY = "found.txt"
ACCESS_KEY = "AKSNIPPETS"
NEVER_RUN = {"mc"}
SNIPPETS = ROOT / "dashboard" / "ui" / "src" / "lib" / "snippets.ts"
EXTENSION = "httpfs.duckdb_extension"
PLATFORMS = {"x86_64": "linux_amd64", "aarch64": "linux_arm64"}


@dataclass(frozen=True, slots=True)
class Way:
    """
    How a reader uses a snippet: the command, and what must be there already.
    """

    command: str
    """For the shell, beside the file; empty where the first line of the snippet tells it."""
    shows: str = KEY
    """What is printed if it works."""
    more: Mapping[str, str] = field(default_factory=dict)


WAYS = {
    "aws-cli": Way("sh stowage.sh"),
    "rclone": Way(""),
    "s3cmd": Way(""),
    "s5cmd": Way("sh stowage-s5cmd.sh"),
    "curl": Way("sh stowage-curl.sh"),
    "restic": Way(
        "sh stowage-restic.sh", "created restic repository", {"RESTIC_PASSWORD": "snippets"}
    ),
    "duckdb": Way("duckdb -f stowage.sql"),
    "terraform": Way(
        "terraform init -no-color && terraform apply -no-color -auto-approve",
        "Apply complete!",
        {"CHECKPOINT_DISABLE": "1"},
    ),
    "boto3": Way("python3 stowage.py"),
    "s3fs": Way("python3 stowage_s3fs.py", more={"PYTHONPATH": str(ASYNC)}),
    "minio-py": Way("python3 stowage_minio.py"),
    "pyarrow": Way("python3 stowage_arrow.py"),
    "js": Way("node stowage.mjs"),
}


@pytest.fixture(scope="module")
def owner(seaweedfs: SeaweedFS) -> Iterator[Any]:
    client = make_client(seaweedfs.endpoint, seaweedfs.access_key, seaweedfs.secret_key)
    client.create_bucket(Bucket=BUCKET)
    client.put_object(Bucket=BUCKET, Key=KEY, Body=b"x")
    yield client
    client.close()


@pytest.fixture(scope="module")
def endpoint(seaweedfs: SeaweedFS, owner: Any) -> Iterator[str]:
    assert owner is not None
    route = make_route(
        seaweedfs.endpoint,
        access_key=seaweedfs.access_key,
        secret_key=seaweedfs.secret_key,
        capabilities=frozenset({"chunked_upload", "conditional_writes"}),
    )
    credential = make_credential(ACCESS_KEY, {BUCKET: PRESETS["readwrite"]})
    with running_proxy(make_snapshot(route, credential)) as proxy:
        yield proxy.endpoint


@pytest.fixture(scope="module")
def snippets(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """
    What the dialog shows for the credential, by tool.
    """
    node_version()
    module = tmp_path_factory.mktemp("snippets") / "snippets.mjs"
    bundle = (SCRIPTS / "node_modules" / ".bin" / "esbuild", SNIPPETS, "--bundle", "--format=esm")
    subprocess.run([*bundle, f"--outfile={module}", "--log-level=error"], check=True, timeout=60)
    facts = {
        "endpoint": endpoint,
        "region": REGION,
        "accessKey": ACCESS_KEY,
        "secretKey": SECRET,
        "bucket": BUCKET,
    }
    say = f"import {{ snippetsFor }} from {json.dumps(str(module))};"
    say += f"console.log(JSON.stringify(snippetsFor({json.dumps(facts)})))"
    told = subprocess.run(
        ["node", "--input-type=module", "-e", say], check=True, timeout=60, capture_output=True
    )
    return {one["id"]: one for one in json.loads(told.stdout)}


def test_every_snippet_is_run(snippets: dict[str, dict[str, str]]) -> None:
    assert set(snippets) - NEVER_RUN == set(WAYS)


@pytest.mark.parametrize("tool", WAYS)
def test_snippet_works_as_printed(
    tool: str, snippets: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    if tool == "terraform" and shutil.which("terraform") is None:
        pytest.skip("terraform comes from no package registry; it is not on this machine")
    way, snippet = WAYS[tool], snippets[tool]
    (tmp_path / snippet["fileName"]).write_text(snippet["text"])
    lay_out(tmp_path)
    first_line = snippet["text"].partition("\n")[0]
    command = way.command or first_line.removeprefix("# ")

    # No setting comes from anywhere but the snippet.
    environment = {"PATH": f"{NEWEST / 'bin'}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    done = subprocess.run(
        ["sh", "-c", command],
        env={**environment, **way.more},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert way.shows in done.stdout


def lay_out(folder: Path) -> None:
    """
    Put beside the snippet what a reader has installed: packages, an extension, something to apply.
    """
    (folder / "node_modules").symlink_to(SCRIPTS / "node_modules")
    (folder / "some.tf").write_text('output "some" {\n  value = 1\n}\n')
    found = next(NEWEST.glob(f"lib/python3*/site-packages/**/{EXTENSION}"))
    version = found.parent.name
    there = folder / ".duckdb" / "extensions" / version / PLATFORMS[os.uname().machine]
    there.mkdir(parents=True)
    shutil.copy(found, there / EXTENSION)
