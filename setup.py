"""
The part of the build that pyproject.toml cannot say: the documentation and the compiled core.

`stowage` serves its own documentation, so the wheel carries `docs/` as `dashboard/docs/`. A wheel
without the built web interface is refused, since nobody could use it.

The proxy's core has a compiled twin, `proxy/core/_fast.pyx`. Where there is no C compiler the build
goes on without it, and the core runs in Python.
"""

import os
import runpy
import shutil
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

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
            write_commit(Path(self.build_lib))


class SdistWithCommit(sdist):
    """
    Pack the sources, and which commit they are: a source distribution has no repository to ask.
    """

    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        """
        Gather the files.
        """
        super().make_release_tree(base_dir, files)
        write_commit(Path(base_dir))


def write_commit(root: Path) -> None:
    """
    Write `app/commit.txt`, which `stowage version` and the API read.
    """
    # The package is not installed while it is built, so its own reader is loaded as a file.
    reader = runpy.run_path(str(_ROOT / "app" / "version.py"))
    target = root / "app" / "commit.txt"
    target.unlink(missing_ok=True)  # it may be a link to the sources
    target.write_text(reader["commit"]() + "\n")


class BuildIfPossible(build_ext):
    """
    Build what a compiler is there for.
    """

    def build_extension(self, ext: Extension) -> None:
        """
        Build one extension; go on without it where that fails, whatever the reason.
        """
        try:
            super().build_extension(ext)
        except Exception as error:  # noqa: BLE001  a compiler that is absent or broken in any way
            self.warn(f"{ext.name} is left out, Python does its work: {error}")


def find_extensions() -> list[Extension]:
    """
    Return the compiled twin of the core, to be built if that is possible.

    `STOWAGE_BUILD_FLAGS` adds flags of the compiler and linker, such as those of a sanitizer.
    """
    try:
        from Cython.Build import cythonize  # noqa: PLC0415  a build without it works too
    except ImportError:
        return []
    flags = os.environ.get("STOWAGE_BUILD_FLAGS", "").split()
    extension = Extension(
        "proxy.core._fast",
        ["proxy/core/_fast.pyx"],
        extra_compile_args=["-O2", "-Wall", "-Wextra", "-Werror", *_GENERATED, *flags],
        extra_link_args=flags,
    )
    # The generated C stays out of the sources.
    found: list[Extension] = cythonize([extension], build_dir="build/cython", quiet=True)
    for one in found:
        one.optional = True  # said only here, since Cython makes another extension of ours
    return found


# What every file that Cython writes has, and nobody can mend.
_GENERATED = ("-Wno-unused-parameter", "-Wno-missing-field-initializers")

setup(
    cmdclass={
        "build_py": BuildWithDocs,
        "build_ext": BuildIfPossible,
        "sdist": SdistWithCommit,
    },
    ext_modules=find_extensions(),
)
