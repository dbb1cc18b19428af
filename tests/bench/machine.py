"""
What the figures were taken on.
"""

import os
import platform
import sysconfig
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from bench.target import version_of


def describe(versions: Mapping[str, str], missing: list[str]) -> dict[str, object]:
    """
    Return the machine, the programs and their versions, and the moment.
    """
    return {
        "cpu": _first_of(Path("/proc/cpuinfo"), "model name"),
        "cores": os.cpu_count(),
        "memory_mib": int(_first_of(Path("/proc/meminfo"), "MemTotal").split()[0]) // 1024,
        "kernel": platform.release(),
        "congestion_control": _text(Path("/proc/sys/net/ipv4/tcp_congestion_control")),
        "python": platform.python_version(),
        "interpreter": _describe_build(),
        "load_average": round(os.getloadavg()[0], 2),
        "commit": version_of("git", "rev-parse", "--short", "HEAD"),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "targets": dict(versions),
        "missing": missing,
    }


def _describe_build() -> str:
    """
    Tell how the interpreter was configured: with a profile it is a sixth faster.
    """
    option = "--enable-optimizations"
    is_given = option in str(sysconfig.get_config_var("CONFIG_ARGS"))
    return f"configured with{'' if is_given else 'out'} {option}"


def _first_of(file: Path, name: str) -> str:
    for line in _text(file).splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return "0"


def _text(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""
