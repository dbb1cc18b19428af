"""
The `stowage` command.
"""

import re
import sys
import traceback

import typer

from app.commands.config import config
from app.commands.outcome import INPUT, INTERNAL, exit_status, explain
from app.commands.quickstart import quickstart
from app.commands.serve import serve
from app.commands.users import create_admin, hash_password, user
from app.commands.version import version
from app.config.problems import ConfigError
from app.errors.raised import StowageError
from app.errors.start import StartError

_USAGE = 2  # what typer ends with for a wrong flag; the documented status is 3
_GO_STYLE_FLAG = re.compile(r"-[a-z][a-z-]+(=.*)?", re.DOTALL)

app = typer.Typer(
    name="stowage",
    help="One dashboard and one S3 endpoint in front of every S3-compatible store you run.",
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command()(quickstart)
app.command()(serve)
app.command()(create_admin)
app.command()(hash_password)
app.add_typer(user, name="user")
app.add_typer(config, name="config")
app.command()(version)


@app.command(name="help")
def show_help(context: typer.Context) -> None:
    """
    Print this help.
    """
    parent = context.parent or context
    typer.echo(parent.get_help())


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
