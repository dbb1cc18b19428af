"""
Backends as they are stored, and as they are asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.database.declared import Declaration


@dataclass(frozen=True, slots=True)
class BackendRow:
    """
    A backend as the table has it. The secret is sealed, or missing where no sealing key is set.
    """

    id: str
    name: str
    type: str
    preset: str
    endpoint: str
    region: str
    path_style: bool
    access_key: str
    secret_key_sealed: bytes | None = field(repr=False)
    ca_file: str
    capabilities: Mapping[str, bool]
    """The operator's overrides."""
    is_enabled: bool
    is_in_maintenance: bool
    created_at: datetime
    created_by: str | None
    updated_at: datetime
    updated_by: str | None
    source: str
    source_file: str
    source_line: int
    declared_id: str | None

    @property
    def is_secret_set(self) -> bool:
        """
        Tell whether a secret is stored.
        """
        return self.secret_key_sealed is not None

    @property
    def uses_chain(self) -> bool:
        """
        Tell whether the machine's own key is taken: the file names none.
        """
        return not self.access_key

    @property
    def declaration(self) -> Declaration:
        """
        Who declares it.
        """
        return Declaration(self.source, self.source_file, self.source_line, self.declared_id)


@dataclass(frozen=True, slots=True)
class NewBackend:
    """
    A backend to be made. What is left empty is filled from the preset.
    """

    id: str
    endpoint: str = ""
    access_key: str = ""
    secret_key: str = field(default="", repr=False)
    name: str = ""
    type: str = "s3v4"
    region: str = ""
    path_style: bool | None = None
    preset: str = ""
    ca_file: str = ""
    capabilities: Mapping[str, bool] = field(default_factory=dict)
    is_enabled: bool = True
    is_in_maintenance: bool = False
    uses_chain: bool = False
    """Take the machine's own key; the two keys are empty then. Only a file may say so."""


@dataclass(frozen=True, slots=True)
class BackendChange:
    """
    What is to change of a backend; `None` keeps what is there.
    """

    name: str | None = None
    endpoint: str | None = None
    region: str | None = None
    path_style: bool | None = None
    access_key: str | None = None
    """Empty, which only a file may say: take the machine's own key."""
    secret_key: str | None = field(default=None, repr=False)
    preset: str | None = None
    ca_file: str | None = None
    capabilities: Mapping[str, bool] | None = None
    is_enabled: bool | None = None
    is_in_maintenance: bool | None = None
