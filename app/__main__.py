"""
The `stowage` command.
"""

import re
import sys
import traceback

from app.commands.outcome import INPUT, INTERNAL, exit_status, explain
from app.commands.program import app
from app.config.problems import ConfigError
from app.errors.raised import StowageError
from app.errors.start import StartError

_USAGE = 2  # what typer ends with for a wrong flag; the documented status is 3
_GO_STYLE_FLAG = re.compile(r"-[a-z][a-z-]+(=.*)?", re.DOTALL)


def main() -> None:
    """
    Run the command that the arguments name; every error becomes a line and an exit status.
    """
    try:
        app(args=[_with_two_dashes(word) for word in sys.argv[1:]], prog_name="stowage")
    except SystemExit as end:
        sys.exit(INPUT if end.code == _USAGE else end.code)
    except (StowageError, StartError, ConfigError) as error:
        sys.stderr.write(f"stowage: {explain(error)}\n")
        sys.exit(exit_status(error))
    except Exception:  # noqa: BLE001  # the edge: a fault of ours, shown whole
        traceback.print_exc()
        sys.exit(INTERNAL)


def _with_two_dashes(word: str) -> str:
    """
    Accept `-config` for `--config`, as the reference does.
    """
    return f"-{word}" if _GO_STYLE_FLAG.fullmatch(word) else word


if __name__ == "__main__":
    main()
