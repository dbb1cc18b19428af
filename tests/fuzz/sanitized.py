"""
`python -m fuzz.sanitized`: the compiled core under AddressSanitizer, fed by its own fuzz test.

The extension is built anew with the sanitizers in a folder of its own; the one in use stays as it
is. Ends with 0 if every answer was the same and no byte was read that is not ours.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLAGS = "-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -g"
TESTS = (
    "tests/fuzz/test_twin.py",
    "tests/unit/proxy/core/test_twin.py",
    "tests/unit/proxy/core/test_known.py",
)
_BUILT = "STOWAGE_SANITIZED"


def build(folder: Path) -> Path:
    """
    Return the extension, built with the sanitizers from a copy of its source.
    """
    for name in ("setup.py", "pyproject.toml", "proxy/core/_fast.pyx"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    command = [sys.executable, "setup.py", "-q", "build_ext", "--build-lib", "out"]
    environ = {**os.environ, "STOWAGE_BUILD_FLAGS": FLAGS, "PYTHONWARNINGS": "ignore"}
    subprocess.run(command, cwd=folder, env=environ, check=True)
    return next((folder / "out").rglob("_fast*"))


def run(extension: Path) -> int:
    """
    Run the tests in a process that has the sanitizer's library in front of all others.
    """
    library = subprocess.run(
        ["cc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True
    ).stdout.strip()
    environ = {
        **os.environ,
        "LD_PRELOAD": library,
        # Python itself keeps memory until it ends; its own allocator would hide overruns.
        "ASAN_OPTIONS": "detect_leaks=0",
        "PYTHONMALLOC": "malloc",
        "PYTHONPATH": str(ROOT / "tests"),
        _BUILT: str(extension),
    }
    command = [sys.executable, "-m", "fuzz.sanitized"]
    return subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode


def run_inside(extension: str) -> int:
    """
    Load the sanitized extension under the name of the usual one, and run the tests with it.
    """
    name = "proxy.core._fast"
    found = importlib.util.spec_from_file_location(name, extension)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[name] = module
    found.loader.exec_module(module)
    return int(pytest.main(["-q", "-p", "no:randomly", "--durations=0", *TESTS]))


def main() -> int:
    """
    Build, then run; or run, where this is the inner process.
    """
    if extension := os.environ.get(_BUILT):
        return run_inside(extension)
    if shutil.which("cc") is None:
        sys.stdout.write("there is no C compiler: nothing to sanitize\n")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return run(build(Path(folder)))


if __name__ == "__main__":
    sys.exit(main())
