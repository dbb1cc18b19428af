"""
The shell examples in README and docs, as scripts that can be run.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_YAML = re.compile(r"^ *```yaml\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def pages() -> list[Path]:
    """
    Return the README and every page of the documentation that has a shell example.
    """
    return [
        page
        for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
        if _BLOCK.search(page.read_text())
    ]


def shell_lines(page: Path) -> list[str]:
    """
    Return the lines of a page's shell examples, top to bottom, without their indentation.
    """
    return [
        line.strip() if block.startswith(" ") else line
        for block in _BLOCK.findall(page.read_text())
        for line in block.splitlines()
    ]


def first_yaml(page: Path) -> str:
    """
    Return the first YAML example of a page, without the indentation of a list around it.
    """
    found = yaml_examples(page)
    assert found, f"{page} has no YAML example"
    return found[0]


def yaml_examples(page: Path) -> list[str]:
    """
    Return the YAML examples of a page, each without the indentation of a list around it.
    """
    return [dedent(text) for text in _YAML.findall(page.read_text())]


def script(lines: list[str], addresses: Mapping[str, str]) -> str:
    """
    Return the lines as one bash script that stops at the first failure, at these addresses.
    """
    text = "\n".join(["set -euo pipefail", *lines])
    for written, real in addresses.items():
        text = text.replace(written, real)
    return text
