"""
What a file declares, for tests of who may change it.
"""

from app.commands.actor import COMMAND_LINE
from app.database.declared import Declaration

__all__ = ["COMMAND_LINE", "from_file"]


def from_file(declared_id: str) -> Declaration:
    """
    Return the declaration by a line of a configuration file.
    """
    return Declaration("yaml", "config.yaml", 7, declared_id)
