"""
Who declares a row, and who may change one that a file declares: only the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping, Table, and_, update

from app.database.engine import Database
from app.errors import registry as errors
from app.errors.raised import StowageError

YAML = "yaml"


@dataclass(frozen=True, slots=True)
class Declaration:
    """
    Who says that something must be so: the dashboard, or a line of a file.
    """

    source: str = "dashboard"
    """`dashboard` or `yaml`."""
    file: str = ""
    line: int = 0
    declared_id: str | None = None
    """A stable id within the file's kind; what YAML declares is found again by it."""

    @property
    def is_yaml(self) -> bool:
        """
        Tell whether a file declares it.
        """
        return self.source == YAML

    def columns(self) -> dict[str, Any]:
        """
        Return it as the columns of a row.
        """
        return {
            "source": self.source,
            "source_file": self.file,
            "source_line": self.line,
            "declared_id": self.declared_id,
        }


DASHBOARD = Declaration()


class Declarations:
    """
    Notes on rows where a file declares them; the row itself stays as it is.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, table: Table, key: Mapping[str, object], by: Declaration) -> None:
        """
        Note who declares a row now. Nobody needs to hear of it: no audit event, no change.

        Args:
            table: One with the columns of `declared()`.
            key: The columns of its primary key.
            by: The line that declares it now.
        """
        place = and_(*(table.c[name] == value for name, value in key.items()))
        async with self._database.write() as connection:
            await connection.execute(update(table).where(place).values(by.columns()))


def check_owner(kind: str, row_id: str, row: RowMapping | None, *, source: str) -> None:
    """
    Refuse to change what YAML declares from anywhere else. No row passes.

    Args:
        kind: What it is, for the message: `user`, `credential`.
        row_id: Which one, for the message.
        row: The row as it stands, with the columns of `declared()`.
        source: Who wants to change it.

    Raises:
        StowageError: `yaml_managed` or `k8s_managed`, with file and line.
    """
    if row is not None and row["source"] == YAML and source != YAML:
        raise managed(kind, row_id, file=row["source_file"], line=row["source_line"])


def managed(kind: str, row_id: str, *, file: str, line: int) -> StowageError:
    """
    Return the refusal to change what a file declares, which says where to change it instead.

    A file that Kubernetes mounts is not the place: the next change of its object replaces it.
    """
    entry = errors.K8S_MANAGED if _is_mounted(Path(file)) else errors.YAML_MANAGED
    return entry(params={"kind": kind, "id": row_id, "file": file, "line": line})


def _is_mounted(file: Path) -> bool:
    # A volume of a ConfigMap or Secret holds links into `..data`, which is a link itself, so that
    # all files change at once (Kubernetes, "ConfigMaps": mounted ConfigMaps update automatically).
    return (file.parent / "..data").is_symlink()
