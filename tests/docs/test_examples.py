"""
What README and documentation show works when it is copied: every shell example is run.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.quickstart.record import Record
from support.clients import clients_bin
from support.pages import ROOT, first_yaml, pages, script, shell_lines
from support.polling import wait_until
from support.stowage import running_quickstart

EXAMPLES = [page.relative_to(ROOT).as_posix() for page in pages()]
DASHBOARD, S3 = "127.0.0.1:8080", "127.0.0.1:8090"


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Record]]:
    """
    The running quickstart that the pages speak of.
    """
    folder = tmp_path_factory.mktemp("documented")
    with running_quickstart(folder) as (_, record):
        yield folder, record


def run(text: str, folder: Path) -> str:
    path = os.pathsep.join(
        [str(clients_bin()), str(Path(sys.executable).parent), os.environ["PATH"]]
    )
    done = subprocess.run(
        ["bash", "-c", text],
        cwd=folder,
        env={"PATH": path, "HOME": str(folder), "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_of_a_page_work(
    name: str, instance: tuple[Path, Record], tmp_path: Path
) -> None:
    """
    `make` has a test of its own below; everything else runs against the quickstart.
    """
    data, record = instance
    page = ROOT / name
    (tmp_path / "data").symlink_to(data)
    (tmp_path / "config.yaml").symlink_to(ROOT / "config.yaml")
    if "stowage.yaml" in page.read_text():
        (tmp_path / "stowage.yaml").write_text(first_yaml(page))
    keys = ["export MAIN_ACCESS_KEY=key MAIN_SECRET_KEY=secret"]
    lines = [line for line in shell_lines(page) if not line.startswith("make ")]
    addresses = {
        DASHBOARD: record.dashboard_url.removeprefix("http://"),
        S3: record.s3_endpoint.removeprefix("http://"),
    }

    run(script(keys + lines, addresses), tmp_path)


def test_the_tutorial_shows_a_refusal(instance: tuple[Path, Record], tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(instance[0])
    lines = [
        line for line in shell_lines(ROOT / "docs/tutorial/first-run.md") if "make " not in line
    ]

    shown = run(script(lines, {S3: instance[1].s3_endpoint.removeprefix("http://")}), tmp_path)

    assert "hello from the command line" in shown
    assert shown.endswith("refused, as it should be\n")


def test_the_two_commands_of_the_readme_start_stowage(tmp_path: Path) -> None:
    """
    `make install`, then `make run`, as written; only the ports and the folder are ours.
    """
    lines = [line for line in shell_lines(ROOT / "README.md") if line.startswith("make ")]
    flags = f"--data-dir {tmp_path / 'data'} --listen 127.0.0.1:0 --s3-listen 127.0.0.1:0"
    record = tmp_path / "data" / "quickstart.json"
    with (
        (tmp_path / "output").open("wb") as output,
        subprocess.Popen(
            ["bash", "-c", script([*lines[:-1], f"exec {lines[-1]}"], {})],
            cwd=ROOT,
            env={**os.environ, "ARGS": flags, "MAKEFLAGS": ""},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            shown = tmp_path / "output"
            wait_until(
                lambda: process.poll() is not None or "Stowage is ready" in shown.read_text(),
                300,
                what="make run is ready",
            )
            assert process.poll() is None, shown.read_text()
            facts = json.loads(record.read_text())
            assert httpx.get(facts["dashboard_url"]).status_code == 200
            assert httpx.get(facts["s3_endpoint"] + "/_stowage/healthz").status_code == 200
        finally:
            os.killpg(process.pid, 15)
            process.wait(30)


def test_every_python_or_shell_example_is_marked_as_run_or_as_text() -> None:
    """
    A block in a language that nobody runs here would rot unseen.
    """
    runnable = {"sh", "yaml", "text", "", "xml", "json"}
    kinds = {
        line.strip().removeprefix("```")
        for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))
        for line in page.read_text().splitlines()
        if line.strip().startswith("```")
    }

    assert kinds <= runnable
