"""
The three printed commands work as they stand, with the stock clients.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

from app.quickstart.samples import make_samples
from support.clients import clients_bin
from support.stowage import Quickstart


@pytest.mark.parametrize("name", ["aws-cli", "rclone", "boto3"])
def test_the_printed_command_lists_the_samples(
    quickstart: Quickstart, name: str, tmp_path: Path
) -> None:
    stowage, _, _ = quickstart
    found = re.search(rf"^  {name}:\n    (.+)$", stowage.text, re.MULTILINE)
    assert found is not None, stowage.text
    search_path = f"{clients_bin()}{os.pathsep}/usr/bin{os.pathsep}/bin"

    done = subprocess.run(
        ["sh", "-c", found[1]],
        env={"PATH": search_path, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    for sample in make_samples():
        line = rf"\b{len(sample.body)} +{re.escape(sample.key)}$"
        assert re.search(line, done.stdout, re.MULTILINE), done.stdout
