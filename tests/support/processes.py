"""
Which processes run, by what `/proc` says of them.
"""

from pathlib import Path


def pids_naming(folder: Path) -> list[int]:
    """
    Return the processes whose command line or working files name the folder.
    """
    needle = str(folder).encode()
    return [
        int(process.name)
        for process in Path("/proc").glob("[0-9]*")
        if needle in _read(process / "cmdline") and is_alive(int(process.name))
    ]


def children_of(pid: int) -> list[int]:
    """
    Return the living processes that this one started, and those they started.
    """
    direct = [
        int(process.name)
        for process in Path("/proc").glob("[0-9]*")
        if _status(process)[1:2] == [str(pid)] and is_alive(int(process.name))
    ]
    return [*direct, *(below for child in direct for below in children_of(child))]


def is_alive(pid: int) -> bool:
    """
    Tell whether the process runs; one that has ended and waits for its parent does not.
    """
    status = _status(Path(f"/proc/{pid}"))
    return bool(status) and status[0] != "Z"


def resident_bytes(pid: int) -> int:
    """
    Return the memory of the process, pages that it shares with others counted in full (RSS).
    """
    return _rollup(pid, "Rss")


def proportional_bytes(pid: int) -> int:
    """
    Return the memory of the process, pages that it shares with others counted in part (PSS).
    """
    return _rollup(pid, "Pss")


def command_of(pid: int) -> str:
    """
    Return the command line.
    """
    return _read(Path(f"/proc/{pid}/cmdline")).replace(b"\0", b" ").decode(errors="replace").strip()


def _rollup(pid: int, name: str) -> int:
    for line in _read(Path(f"/proc/{pid}/smaps_rollup")).decode().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0


def _status(process: Path) -> list[str]:
    """
    Return state, parent and what follows of `/proc/PID/stat`; nothing if the process is gone.
    """
    return _read(process / "stat").decode(errors="replace").rpartition(")")[2].split()


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:  # it ended meanwhile
        return b""
