"""
A workflow of GitHub Actions, run step by step in a folder as its runner would.

Only what our example uses: jobs one after the other, `run` steps, `env`, secrets. What `uses` an
action is the hosted part, and is passed over.
"""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

SECONDS = 120
_SHELLS = {"": ["bash", "-e"], "bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"]}
"""GitHub, "Workflow syntax": `jobs.<job_id>.steps[*].shell`; naming bash adds `pipefail`."""
_SECRET = re.compile(r"\$\{\{\s*secrets\.(\w+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Ran:
    """
    One `run` step that was run.
    """

    job: str
    script: str
    status: int
    output: str


@dataclass(frozen=True, slots=True)
class Workflow:
    """
    The jobs by name, in the order in which they stand.
    """

    jobs: Mapping[str, Any]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def run(self, folder: Path, environment: Mapping[str, str]) -> list[Ran]:
        """
        Run every job whose needs are met.
        """
        ran: list[Ran] = []
        good: set[str] = set()
        for name, job in self.jobs.items():
            if not set(_listed(job.get("needs", []))) <= good:
                continue
            steps = self.run_job(name, folder, environment)
            ran += steps
            if not any(step.status for step in steps):
                good.add(name)
        return ran

    def run_job(self, name: str, folder: Path, environment: Mapping[str, str]) -> list[Ran]:
        """
        Run one job, whatever it needs; it ends with the first step that fails.
        """
        return list(self._run_steps(name, folder, environment))

    def _run_steps(self, name: str, folder: Path, environment: Mapping[str, str]) -> Iterator[Ran]:
        job = self.jobs[name]
        for step in job["steps"]:
            if "uses" in step:
                continue
            given = {**job.get("env", {}), **step.get("env", {})}
            known = {one: self._filled(str(text)) for one, text in given.items()}
            done = self._run_step(step, folder, {**environment, **known})
            yield Ran(name, step["run"], done.returncode, done.stdout)
            if done.returncode:
                return

    def _run_step(
        self, step: Mapping[str, str], folder: Path, environment: Mapping[str, str]
    ) -> "subprocess.CompletedProcess[str]":
        script = folder.parent / f"{folder.name}.step.sh"
        script.write_text(self._filled(step["run"]))
        return subprocess.run(
            [*_SHELLS[step.get("shell", "")], str(script)],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def _filled(self, text: str) -> str:
        return _SECRET.sub(lambda found: self.secrets[found[1]], text)


def parse_workflow(text: str, secrets: Mapping[str, str]) -> Workflow:
    """
    Return the workflow, every step of which either uses an action of some version, or runs.
    """
    # Scalars as they are written: for YAML 1.1 `on` is a boolean.
    document = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  it makes nothing but texts
    assert document["on"] == "pull_request"
    for job in document["jobs"].values():
        assert job["runs-on"]
        assert set(_listed(job.get("needs", []))) <= set(document["jobs"])
        for step in job["steps"]:
            assert ("uses" in step) is not ("run" in step), step
            assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step.get("uses", "a/b@v1")), step
    return Workflow(document["jobs"], secrets)


def runner_environment(folder: Path, programs: Path) -> dict[str, str]:
    """
    Return the variables that a runner gives every step, `stowage` and `pip` within reach.
    """
    path = os.pathsep.join([str(programs), os.environ["PATH"]])
    return {
        "PATH": path,
        "HOME": str(folder.parent),
        "GITHUB_STEP_SUMMARY": str(folder.parent / "summary.md"),
        # `pip install` finds what is installed already, and asks no index.
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
