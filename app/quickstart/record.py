"""
`quickstart.json`: how to reach this quickstart, for programs and for the next start.
"""

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from app.quickstart.secret_files import write_secret


@dataclass(frozen=True, slots=True)
class Record:
    """
    Addresses, the administrator and the virtual credential of the demo bucket.
    """

    dashboard_url: str
    s3_endpoint: str
    region: str
    admin_username: str
    admin_password: str = field(repr=False)
    """The password it was made with; it may have been changed in the dashboard since."""
    access_key_id: str
    secret_access_key: str = field(repr=False)
    bucket: str


def read_record(file: Path) -> Record | None:
    """
    Return what the last start wrote, `None` if there was none or it is not readable as such.
    """
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        return Record(**{one.name: str(values[one.name]) for one in fields(Record)})
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def write_record(file: Path, record: Record) -> None:
    """
    Write the record, mode 0600.
    """
    write_secret(file, json.dumps(asdict(record), indent=2) + "\n")
