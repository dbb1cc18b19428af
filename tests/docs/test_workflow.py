"""
The workflow that the page on git shows is run, step by step, over a scratch checkout.
"""

import sys
from contextlib import chdir
from pathlib import Path
from typing import Any

import yaml

from support.pages import ROOT, yaml_examples
from support.stowage import run_stowage
from support.workflow import Ran, parse_workflow, runner_environment

PAGE = ROOT / "docs/how-to/keep-it-in-git.md"
SECRETS = {
    "STOWAGE_SECRET_KEY": "22" * 32,
    "MAIN_ACCESS_KEY": "key-of-the-store",
    "MAIN_SECRET_KEY": "secret-of-the-store",
}


class Checkout:
    """
    A checkout with the page's own file, which its own workflow looks at.
    """

    def __init__(self, folder: Path, database_url: str) -> None:
        declared, workflow = yaml_examples(PAGE)
        self.folder = folder / "checkout"
        self.folder.mkdir()
        self.file = self.folder / "stowage.yaml"
        self.summary = folder / "summary.md"
        self.write(yaml.safe_load(declared))
        self._database_url = database_url
        self._workflow = parse_workflow(workflow, {**SECRETS, "DATABASE_URL": database_url})

    def write(self, declared: dict[str, Any]) -> None:
        self.declared = declared
        self.file.write_text(yaml.safe_dump(declared, sort_keys=False))

    def pull_request(self, job: str = "") -> list[Ran]:
        """
        Run the whole workflow, or the steps of one job.
        """
        environment = runner_environment(self.folder, Path(sys.executable).parent)
        if job:
            return self._workflow.run_job(job, self.folder, environment)
        return self._workflow.run(self.folder, environment)

    def merge(self) -> None:
        """
        Apply, as the server that follows the branch does.
        """
        more = {
            **SECRETS,
            "STOWAGE_DB__DRIVER": "postgres",
            "STOWAGE_DB__POSTGRES__URL_ENV": "DATABASE_URL",
            "DATABASE_URL": self._database_url,
        }
        # The page has a secret written to a file beside the configuration.
        with chdir(self.folder):
            done = run_stowage("config", "apply", "--config", self.file, environment=more)
        assert done.returncode == 0, done.stderr


def test_the_workflow_shows_the_plan_and_fails_for_a_bad_file_alone(
    tmp_path: Path, postgres_url: str
) -> None:
    checkout = Checkout(tmp_path, postgres_url)

    installed, checked, planned = checkout.pull_request()
    assert (installed.status, checked.status, planned.status) == (0, 0, 0)
    assert "stowage" in installed.output
    assert checked.output == "the configuration is valid\n"
    assert "    + credentials AKIAREPORTS\n" in planned.output
    assert "    + credentials AKIAREPORTS\n" in checkout.summary.read_text()
    assert "secret-of-the-store" not in planned.output

    checkout.merge()
    assert (checkout.folder / "reports.secret").exists()
    (again,) = checkout.pull_request("plan")
    assert (again.status, again.output) == (0, "    Nothing to do.\n")

    checkout.write({**checkout.declared, "grantz": []})
    broken = checkout.pull_request()
    assert [(step.job, step.status) for step in broken] == [("check", 0), ("check", 78)]
    assert "stowage.yaml" in broken[1].output
    assert "did you mean grants?" in broken[1].output
    (refused,) = checkout.pull_request("plan")
    assert refused.status == 78
