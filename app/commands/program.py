"""
The commands of `stowage`, put together.
"""

import typer

from app.commands.config import config
from app.commands.credentials import credential
from app.commands.declared import apply, diff, export, plan
from app.commands.explain import explain
from app.commands.quickstart import quickstart
from app.commands.quota import quota
from app.commands.serve import serve
from app.commands.users import create_admin, hash_password, user
from app.commands.version import version

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
app.add_typer(credential, name="credential")
app.add_typer(quota, name="quota")
app.command()(explain)
for part in (plan, apply, diff, export):
    config.command()(part)
app.add_typer(config, name="config")
app.command()(version)


@app.command(name="help")
def show_help(context: typer.Context) -> None:
    """
    Print this help.
    """
    parent = context.parent or context
    typer.echo(parent.get_help())
