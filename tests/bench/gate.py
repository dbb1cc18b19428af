"""
The gate: what one decision costs in instructions, which no neighbour on the machine disturbs.

`python -m bench.gate` counts with callgrind and fails when it is more than 10 % above the figure in
`instructions.json`; `--store` writes the figure of this interpreter down.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.stores import TESTS
from proxy.core import twin

FIGURES = Path(__file__).with_name("instructions.json")
TOLERANCE_PERCENT = 10
FEW, MANY = 150, 450
"""Decisions of the two runs; what start and first use cost is in both and falls out."""
TIMEOUT_SECONDS = 300
_TOTAL = re.compile(r"^(?:summary|totals): (\d+)", re.MULTILINE)


def count_instructions(core: str) -> int:
    """
    Return the instructions that one decision takes.

    Raises:
        RuntimeError: the program failed.
        subprocess.TimeoutExpired: it took too long.
    """
    with tempfile.TemporaryDirectory(prefix="stowage-gate-") as name:
        files = {count: Path(name, str(count)) for count in (FEW, MANY)}
        running = [_start(count, file, core) for count, file in files.items()]
        try:
            failed = [one for one in running if one.wait(TIMEOUT_SECONDS) != 0]
        finally:
            for one in running:
                one.kill()
                one.wait()
        if failed:
            raise RuntimeError("the counted program failed: python -m bench.counted 100")
        few, many = (_read_total(file) for file in files.values())
    return (many - few) // (MANY - FEW)


def name_of(core: str) -> str:
    """
    Return under which name the figure stands: other interpreters take other instructions.
    """
    implementation, version = sys.implementation.name, sys.version_info
    return f"{implementation}-{version.major}.{version.minor}-{os.uname().machine}-{core}"


def judge(counted: int, stored: int | None) -> tuple[bool, str]:
    """
    Tell whether the gate is passed, and why.
    """
    if stored is None:
        return True, f"{counted:,} instructions per decision; no figure to compare with"
    change = counted / stored - 1
    text = f"{counted:,} instructions per decision, {stored:,} stored: {change:+.1%}"
    return counted * 100 <= stored * (100 + TOLERANCE_PERCENT), text


def _start(decisions: int, out: Path, core: str) -> "subprocess.Popen[bytes]":
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}"]
    command += [sys.executable, "-m", "bench.counted", str(decisions)]
    environ = {
        **os.environ,
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": f"{TESTS}:{TESTS.parent}",
        "STOWAGE_PROXY_CORE": core,
    }
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, env=environ, stdin=quiet, stdout=quiet, stderr=quiet)


def _read_total(file: Path) -> int:
    return int(_TOTAL.findall(file.read_text())[-1])


def main(arguments: Sequence[str]) -> int:
    """
    Count and compare, or store; 1 if the gate is not passed.
    """
    if shutil.which("valgrind") is None:
        sys.stdout.write("gate: valgrind is not on this machine, nothing counted\n")
        return 0
    cores = (twin.PYTHON, twin.COMPILED) if twin.is_built else (twin.PYTHON,)
    return max(_pass(core, is_stored="--store" in arguments) for core in cores)


def _pass(core: str, *, is_stored: bool) -> int:
    figures: dict[str, int] = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    name = name_of(core)
    counted = count_instructions(core)
    if is_stored:
        figures[name] = counted
        FIGURES.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n")
    is_passed, text = judge(counted, figures.get(name))
    sys.stdout.write(f"gate, {name}: {text}{'' if is_passed else ': TOO MANY'}\n")
    return 0 if is_passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
