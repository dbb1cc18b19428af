"""
What we publish can be installed and used by somebody who has Python and nothing else.

Wheel and sdist are built from a copy of the checkout; the wheel goes into an empty environment
outside of it, and runs with neither Node nor a compiler within reach.
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from app.quickstart.record import Record, read_record
from support.missing import missing_part
from support.polling import wait_until

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The folder with both files, built from exactly what the next commit would hold.
    """
    if not (ROOT / "dashboard/static/index.html").exists():
        missing_part("the web interface is not built: run make ui")
    copy, out = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("dist")
    listing = ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    shutil.copytree(ROOT / "dashboard/static", copy / "dashboard/static", dirs_exist_ok=True)
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", out, copy],
        check=True,
        capture_output=True,
    )
    return out


@pytest.fixture(scope="module")
def installed(distributions: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The `bin` folder of an environment with the wheel and its locked dependencies.
    """
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    install = [Path(sys.executable).with_name("uv"), "pip", "install", "-q", "-p", folder]
    (wheel,) = distributions.glob("*.whl")
    lock = ROOT / "requirements.lock"
    subprocess.run([*install, "--require-hashes", "-r", lock], check=True, capture_output=True)
    subprocess.run([*install, "--no-deps", wheel], check=True, capture_output=True)
    return folder / "bin"


@pytest.fixture(scope="module")
def quickstart(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    """
    A quickstart run by the installed command, far from the checkout.
    """
    folder = tmp_path_factory.mktemp("elsewhere")
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [
                *(installed / "stowage", "quickstart"),
                *("--listen", "127.0.0.1:0", "--s3-listen", "127.0.0.1:0"),
            ],
            cwd=folder,
            env={"PATH": str(installed), "HOME": str(folder)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    record_file = folder / "data" / "quickstart.json"
    try:
        wait_until(lambda: process.poll() is not None or record_file.exists(), 60)
        record = read_record(record_file)
        assert record is not None, (folder / "output").read_text()
        yield record
    finally:
        process.terminate()
        process.wait(15)


def names_in_wheel(distributions: Path) -> set[str]:
    (wheel,) = distributions.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def names_in_sdist(distributions: Path) -> set[str]:
    (sdist,) = distributions.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def test_the_wheel_carries_pages_migrations_documentation_and_types(distributions: Path) -> None:
    names = names_in_wheel(distributions)

    assert "dashboard/static/index.html" in names
    assert any(re.fullmatch(r"dashboard/static/assets/.+\.js", name) for name in names)
    assert any(name.startswith("app/database/migrations/product/") for name in names)
    assert {"app/py.typed", "proxy/py.typed", "dashboard/py.typed"} <= names
    assert "dashboard/docs/index.md" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_both_carry_which_commit_they_are(distributions: Path) -> None:
    assert "app/commit.txt" in names_in_wheel(distributions)
    assert "app/commit.txt" in names_in_sdist(distributions)


def test_the_wheel_carries_neither_tests_nor_sources_of_the_pages(distributions: Path) -> None:
    tops = {name.partition("/")[0] for name in names_in_wheel(distributions)}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"app", "proxy", "dashboard"}
    assert not [name for name in names_in_wheel(distributions) if "dashboard/ui" in name]


def test_the_wheel_carries_the_compiled_core(distributions: Path) -> None:
    if shutil.which("cc") is None:
        missing_part("there is no C compiler")

    names = names_in_wheel(distributions)

    assert any(re.fullmatch(r"proxy/core/_fast\..+\.so", name) for name in names)
    assert "proxy/core/_fast.pyx" not in names


@pytest.mark.parametrize("where", ["--inplace", "--build-lib=out"])
def test_without_a_compiler_the_build_goes_on(tmp_path: Path, where: str) -> None:
    for name in ("setup.py", "proxy/core/_fast.pyx"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, tmp_path / name)

    done = subprocess.run(
        [sys.executable, "setup.py", "build_ext", where],
        cwd=tmp_path,
        env={**os.environ, "CC": "/nonexistent/cc"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "proxy.core._fast is left out" in done.stderr
    assert not list(tmp_path.rglob("*.so"))


def test_the_sdist_carries_the_built_pages_too(distributions: Path) -> None:
    names = names_in_sdist(distributions)

    assert {"dashboard/static/index.html", "docs/index.md", "setup.py", "LICENSE"} <= names
    assert "dashboard/ui/package-lock.json" in names
    assert "proxy/core/_fast.pyx" in names
    assert not [name for name in names if "node_modules" in name]


def test_neither_node_nor_a_compiler_is_within_reach(installed: Path) -> None:
    for program in ("node", "npm", "cc", "gcc", "clang"):
        assert shutil.which(program, path=os.fspath(installed)) is None


def test_the_installed_quickstart_serves_page_and_assets(quickstart: Record) -> None:
    with urllib.request.urlopen(quickstart.dashboard_url) as answer:
        page = answer.read().decode()
    assets = re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)

    assert assets
    for asset in assets:
        with urllib.request.urlopen(quickstart.dashboard_url + asset) as answer:
            assert answer.status == 200


def test_the_installed_quickstart_serves_s3(quickstart: Record) -> None:
    client = boto3.client(
        "s3",
        endpoint_url=quickstart.s3_endpoint,
        region_name=quickstart.region,
        aws_access_key_id=quickstart.access_key_id,
        aws_secret_access_key=quickstart.secret_access_key,
    )

    client.put_object(Bucket=quickstart.bucket, Key="from-the-wheel", Body=b"bytes")
    with client.get_object(Bucket=quickstart.bucket, Key="from-the-wheel")["Body"] as body:
        assert body.read() == b"bytes"

    client.close()


def test_the_installed_quickstart_serves_the_documentation(quickstart: Record) -> None:
    with urllib.request.urlopen(f"{quickstart.dashboard_url}/docs/errors") as answer:
        assert answer.status == 200
