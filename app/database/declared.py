"""
Who may change a row that a file declares: only the file.
"""

from sqlalchemy import RowMapping

from app.errors import registry as errors

DASHBOARD = "dashboard"
YAML = "yaml"


def check_owner(kind: str, row_id: str, row: RowMapping | None, *, source: str) -> None:
    """
    Refuse to change what YAML declares from anywhere else. No row passes.

    Args:
        kind: What it is, for the message: `user`, `credential`.
        row_id: Which one, for the message.
        row: The row as it stands, with the columns of `declared()`.
        source: Who wants to change it.

    Raises:
        StowageError: `yaml_managed` with file and line.
    """
    if row is not None and row["source"] == YAML and source != YAML:
        raise errors.YAML_MANAGED(
            params={
                "kind": kind,
                "id": row_id,
                "file": row["source_file"],
                "line": row["source_line"],
            }
        )
