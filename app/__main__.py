"""
The `stowage` command.
"""

import os
import re
import sys
import traceback
from contextlib import suppress
from typing import NoReturn

from app.commands.outcome import INPUT, INTERNAL, Found, exit_status, explain
from app.commands.program import app
from app.config.problems import ConfigError
from app.errors.raised import StowageError
from app.errors.start import StartError

_USAGE = 2  # what typer ends with for a wrong flag; the documented status is 3
_GO_STYLE_FLAG = re.compile(r"-[a-z][a-z-]+(=.*)?", re.DOTALL)


def main() -> NoReturn:
    """
    Run the command that the arguments name; every error becomes a line and an exit status.
    """
    status = INTERNAL
    try:
        app(args=[_with_two_dashes(word) for word in sys.argv[1:]], prog_name="stowage")
    except SystemExit as end:
        status = _status_of(end)
    except Found as found:
        status = found.status
    except (StowageError, StartError, ConfigError) as error:
        sys.stderr.write(f"stowage: {explain(error)}\n")
        status = exit_status(error)
    except Exception:  # noqa: BLE001  # the edge: a fault of ours, shown whole
        traceback.print_exc()
    _leave(status)


def _status_of(end: SystemExit) -> int:
    status = end.code if isinstance(end.code, int) else int(end.code is not None)
    return INPUT if status == _USAGE else status


def _leave(status: int) -> NoReturn:
    """
    End the process without taking the interpreter apart.

    Everything is closed by now, and that would take up to a second of the five in which Ctrl-C is
    to be done.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    os._exit(status)


def _with_two_dashes(word: str) -> str:
    """
    Accept `-config` for `--config`, as the reference does.
    """
    return f"-{word}" if _GO_STYLE_FLAG.fullmatch(word) else word


if __name__ == "__main__":
    main()
