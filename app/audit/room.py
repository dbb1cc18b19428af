"""
Whether the disk that the audit log grows on has room left.
"""

import shutil
from pathlib import Path

LOW_SHARE = 0.05
"""Below this share of free space retention runs at once, and readiness says so."""


def describe_room(free_bytes: int, total_bytes: int) -> str:
    """
    Return a warning in a few public words, or nothing while there is room.
    """
    if total_bytes <= 0 or free_bytes >= LOW_SHARE * total_bytes:
        return ""
    return f"less than {LOW_SHARE:.0%} of the disk is free"


def look_for_room(folder: Path) -> str:
    """
    Return the warning about the disk of a folder; nothing where it cannot be asked.
    """
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return ""
    return describe_room(usage.free, usage.total)
