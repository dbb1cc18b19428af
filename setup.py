"""
The part of the build that pyproject.toml cannot say: the documentation goes into the package.

`stowage` serves its own documentation, so the wheel carries `docs/` as `dashboard/docs/`. A wheel
without the built web interface is refused, since nobody could use it.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

_ROOT = Path(__file__).parent


class BuildWithDocs(build_py):
    """
    Build the packages, then put the documentation beside the code that serves it.
    """

    def run(self) -> None:
        """
        Build; an editable installation reads everything from the checkout instead.
        """
        if not self.editable_mode and not (_ROOT / "dashboard/static/index.html").is_file():
            raise SystemExit("the web interface is not built: run `make ui` first")
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib) / "dashboard" / "docs"
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(_ROOT / "docs", target)


setup(cmdclass={"build_py": BuildWithDocs})
