"""
`stowage credential …`: virtual credentials from the terminal.

They work beside a running server: what they change reaches its S3 endpoint within a second.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.actor import COMMAND_LINE
from app.commands.config import ConfigOption
from app.commands.opened import run_opened
from app.commands.version import FormatOption
from app.errors import registry as errors

if TYPE_CHECKING:
    from app.credentials.credential import Credential, MadeCredential, NewCredential
    from app.services import Services

_RFC3339 = ["%Y-%m-%dT%H:%M:%S%z"]

KeyArgument = Annotated[str, typer.Argument(metavar="ACCESS_KEY")]
BackendOption = Annotated[str, typer.Option("--backend", help="The backend's id.")]
BucketOption = Annotated[
    list[str], typer.Option("--bucket", help="A bucket, or * for all of the backend; repeatable.")
]
PrefixOption = Annotated[
    list[str], typer.Option("--prefix", help="Only keys that start with this; repeatable.")
]
AccessOption = Annotated[
    str | None,
    typer.Option("--access", help="A preset, or levels with commas between them."),
]
UserOption = Annotated[
    str, typer.Option("--user", help="Name of the owner, whose rights bound the credential.")
]
DescriptionOption = Annotated[str, typer.Option("--description", help="What it is for.")]
CidrOption = Annotated[
    list[str], typer.Option("--cidr", help="A network it may be used from; repeatable.")
]
ExpiresOption = Annotated[
    datetime | None,
    typer.Option("--expires-at", formats=_RFC3339, help="When it ends: 2026-05-01T12:00:00Z."),
]
TtlOption = Annotated[
    int, typer.Option("--ttl-seconds", help="A temporary one, with a session token.")
]
OverlapOption = Annotated[
    int, typer.Option("--overlap-days", help="For how long the old key works on.")
]

credential = typer.Typer(no_args_is_help=True, help="Make, list and change virtual credentials.")


@credential.command()
def create(
    backend: BackendOption,
    bucket: BucketOption,
    config: ConfigOption = None,
    prefix: PrefixOption = [],  # noqa: B006  typer reads the default and never changes it
    access: AccessOption = None,
    user: UserOption = "",
    description: DescriptionOption = "",
    cidr: CidrOption = [],  # noqa: B006  typer reads the default and never changes it
    expires_at: ExpiresOption = None,
    ttl_seconds: TtlOption = 0,
    output: FormatOption = "text",
) -> None:
    """
    Make a virtual credential and print its secret, once.
    """
    from app.credentials.credential import NewCredential

    new = NewCredential(
        backend_id=backend,
        buckets=bucket,
        prefixes=prefix,
        access=_parse_access(access),
        description=description,
        expires_at=expires_at,
        ttl_seconds=ttl_seconds,
        cidrs=cidr,
    )
    _create(config, new, user, output)


@credential.command("list")
def list_(config: ConfigOption = None, output: FormatOption = "text") -> None:
    """
    List all virtual credentials, without their secrets.
    """

    async def work(services: "Services") -> None:
        found = await services.credentials.list(COMMAND_LINE)
        if output == "json":
            typer.echo(json.dumps([_facts(one) for one in found], indent=2))
            return
        for one in found:
            state = "enabled" if one.is_enabled else "disabled"
            places = ", ".join(f"{scope.backend_id}/{scope.bucket}" for scope in one.scopes)
            typer.echo(f"{one.access_key}  {state:8}  {places}  {one.description}".rstrip())

    run_opened(config, work)


@credential.command()
def disable(access_key: KeyArgument, config: ConfigOption = None) -> None:
    """
    Refuse a credential until it is enabled again.
    """
    _set_enabled(config, access_key, is_enabled=False)


@credential.command()
def enable(access_key: KeyArgument, config: ConfigOption = None) -> None:
    """
    Let a credential in again.
    """
    _set_enabled(config, access_key, is_enabled=True)


@credential.command()
def delete(access_key: KeyArgument, config: ConfigOption = None) -> None:
    """
    Delete a credential for good.
    """

    async def work(services: "Services") -> None:
        await services.credentials.delete(COMMAND_LINE, access_key)
        typer.echo(f"{access_key} is deleted")

    run_opened(config, work)


@credential.command()
def rotate(
    access_key: KeyArgument,
    config: ConfigOption = None,
    overlap_days: OverlapOption = 7,
    output: FormatOption = "text",
) -> None:
    """
    Make a second key with the same rights; the old one ends after the overlap.
    """

    async def work(services: "Services") -> None:
        made = await services.credentials.rotate(
            COMMAND_LINE, access_key, overlap_days=overlap_days
        )
        _print_made(made, output)

    run_opened(config, work)


def _create(config: Path | None, new: "NewCredential", username: str, output: str) -> None:
    async def work(services: "Services") -> None:
        from dataclasses import replace

        user_id = await _find_user(services, username) if username else ""
        made = await services.credentials.create(COMMAND_LINE, replace(new, user_id=user_id))
        _print_made(made, output)

    run_opened(config, work)


def _set_enabled(config: Path | None, access_key: str, *, is_enabled: bool) -> None:
    async def work(services: "Services") -> None:
        from app.credentials.credential import CredentialChange

        change = CredentialChange(is_enabled=is_enabled)
        await services.credentials.update(COMMAND_LINE, access_key, change)
        typer.echo(f"{access_key} is {'enabled' if is_enabled else 'disabled'}")

    run_opened(config, work)


async def _find_user(services: "Services", username: str) -> str:
    found = await services.users.find_by_name(username)
    if found is None:
        raise errors.NOT_FOUND(reason="user.not_found")
    return found.id


def _parse_access(text: str | None) -> str | list[str] | None:
    from app.rbac.levels import PRESETS

    if text is None or text in PRESETS:
        return text
    return [level.strip() for level in text.split(",")]


def _print_made(made: "MadeCredential", output: str) -> None:
    secrets = {"secret_key": made.secret_key, "session_token": made.session_token}
    shown = {name: value for name, value in secrets.items() if value}
    if output == "json":
        typer.echo(json.dumps({**_facts(made.credential), **shown}, indent=2))
        return
    typer.echo(f"access_key     {made.credential.access_key}")
    for name, value in shown.items():
        typer.echo(f"{name:13}  {value}")


def _facts(one: "Credential") -> dict[str, object]:
    return {
        "access_key": one.access_key,
        "scopes": [scope.as_json() for scope in one.scopes],
        "user_id": one.user_id,
        "description": one.description,
        "is_enabled": one.is_enabled,
        "expires_at": one.expires_at.isoformat() if one.expires_at else None,
        "cidrs": list(one.cidrs),
        "source": one.source,
    }
