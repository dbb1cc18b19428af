"""
Runs a program that must not outlive us: `python tether.py PARENT_PID PROGRAM ARGUMENT …`.

On Linux the kernel is asked to kill this process when its parent dies, and the program then takes
this process's place. Elsewhere the program runs as a child, and is killed when the parent is gone.
Run as a file by a bare interpreter (`-I -S`), so it imports the standard library only. The death
signal is bound to the *thread* that started us: start tethered programs from the main thread.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main(arguments: list[str]) -> None:
    """
    Tie this process to its parent and become the program.
    """
    parent, command = int(arguments[0]), arguments[1:]
    if sys.platform != "linux":
        sys.exit(_watch(parent, command))
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the kernel knew of our wish
        sys.exit(1)
    os.execve(command[0], command, os.environ)  # noqa: S606  # no shell is wanted


def _watch(parent: int, command: list[str]) -> int:
    """
    Run the program as a child; kill it when the parent is gone or we are asked to stop.
    """
    child = subprocess.Popen(command)  # noqa: S603  # our own command line
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    while child.poll() is None:
        if os.getppid() != parent:
            child.kill()
        time.sleep(0.2)
    return child.returncode


if __name__ == "__main__":
    main(sys.argv[1:])
