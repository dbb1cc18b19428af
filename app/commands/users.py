"""
`stowage create-admin`, `stowage hash-password` and `stowage user …`.

They work beside a running server: what they change reaches it within a second.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.actor import COMMAND_LINE
from app.commands.config import ConfigOption
from app.commands.opened import run_opened
from app.commands.password import (
    PasswordFileOption,
    PasswordOption,
    PasswordStdinOption,
    read_password,
)
from app.commands.user_import import import_users
from app.commands.version import FormatOption
from app.errors import registry as errors
from app.rbac.levels import Role

if TYPE_CHECKING:
    from app.auth.user import NewUser, User
    from app.services import Services

UsernameOption = Annotated[str, typer.Option("--username", help="The name to sign in with.")]
EmailOption = Annotated[str, typer.Option("--email", help="The e-mail address.")]
MustChangeOption = Annotated[
    bool, typer.Option("--must-change-password", help="Ask for a new password at first sign-in.")
]
RoleOption = Annotated[Role, typer.Option("--role", help="What the user may do.")]
NameArgument = Annotated[str, typer.Argument(metavar="USERNAME")]

user = typer.Typer(no_args_is_help=True, help="Make, list and change local users.")
user.command("import")(import_users)


def create_admin(
    username: UsernameOption,
    config: ConfigOption = None,
    email: EmailOption = "",
    password: PasswordOption = None,
    output: FormatOption = "text",
    *,
    must_change_password: MustChangeOption = False,
    password_stdin: PasswordStdinOption = False,
    password_file: PasswordFileOption = None,
) -> None:
    """
    Create a local user with role admin.
    """
    from app.auth.user import NewUser

    secret = read_password(password, from_stdin=password_stdin, file=password_file)
    _create(
        config,
        NewUser(username, secret, Role.ADMIN, email, must_change_password=must_change_password),
        output,
    )


def hash_password(
    password: PasswordOption = None,
    *,
    password_stdin: PasswordStdinOption = False,
    password_file: PasswordFileOption = None,
) -> None:
    """
    Print the argon2id hash of a password, for auth.static.
    """
    from app.auth.argon import hash_password as hash_

    secret = read_password(password, from_stdin=password_stdin, file=password_file)
    typer.echo(hash_(secret))


@user.command()
def create(
    username: NameArgument,
    role: RoleOption = Role.READONLY,
    config: ConfigOption = None,
    email: EmailOption = "",
    password: PasswordOption = None,
    output: FormatOption = "text",
    *,
    password_stdin: PasswordStdinOption = False,
    password_file: PasswordFileOption = None,
) -> None:
    """
    Create a local user, who must choose a new password at the first sign-in.
    """
    from app.auth.user import NewUser

    secret = read_password(password, from_stdin=password_stdin, file=password_file)
    _create(config, NewUser(username, secret, role, email), output)


@user.command("list")
def list_(config: ConfigOption = None, output: FormatOption = "text") -> None:
    """
    List all users.
    """

    async def work(services: "Services") -> None:
        from app.auth.user import UserQuery

        found = await services.users.list(UserQuery(limit=10_000))
        if output == "json":
            typer.echo(json.dumps([_facts(one) for one in found], indent=2))
            return
        for one in found:
            typer.echo(f"{one.id}  {one.role:8}  {_state(one):8}  {one.username}")

    run_opened(config, work)


@user.command("reset-password")
def reset_password(
    username: NameArgument,
    config: ConfigOption = None,
    password: PasswordOption = None,
    *,
    password_stdin: PasswordStdinOption = False,
    password_file: PasswordFileOption = None,
) -> None:
    """
    Set a password; the user is signed out everywhere and must choose a new one.
    """
    secret = read_password(password, from_stdin=password_stdin, file=password_file)

    async def work(services: "Services") -> None:
        one = await _find(services, username)
        await services.users.reset_password(COMMAND_LINE, one.id, secret)
        typer.echo(f"the password of {one.username} is set")

    run_opened(config, work)


@user.command()
def disable(username: NameArgument, config: ConfigOption = None) -> None:
    """
    Shut a user out at once, credentials included.
    """
    _set_enabled(config, username, is_enabled=False)


@user.command()
def enable(username: NameArgument, config: ConfigOption = None) -> None:
    """
    Let a user in again.
    """
    _set_enabled(config, username, is_enabled=True)


@user.command()
def unlock(username: NameArgument, config: ConfigOption = None) -> None:
    """
    Lift the lock that wrong passwords led to.
    """

    async def work(services: "Services") -> None:
        one = await _find(services, username)
        await services.users.unlock(COMMAND_LINE, one.id)
        typer.echo(f"{one.username} is unlocked")

    run_opened(config, work)


def _create(config: Path | None, new: "NewUser", output: str) -> None:
    async def work(services: "Services") -> None:
        made = await services.users.create(COMMAND_LINE, new)
        if output == "json":
            typer.echo(json.dumps(_facts(made)))
        else:
            typer.echo(f"created {made.role} {made.username} {made.id}")

    run_opened(config, work)


def _set_enabled(config: Path | None, username: str, *, is_enabled: bool) -> None:
    async def work(services: "Services") -> None:
        from app.auth.user import UserChange

        one = await _find(services, username)
        await services.users.update(COMMAND_LINE, one.id, UserChange(is_enabled=is_enabled))
        typer.echo(f"{one.username} is {'enabled' if is_enabled else 'disabled'}")

    run_opened(config, work)


async def _find(services: "Services", username: str) -> "User":
    found = await services.users.find_by_name(username)
    if found is None:
        raise errors.NOT_FOUND(reason="user.not_found")
    return found


def _facts(one: "User") -> dict[str, object]:
    facts = asdict(one)
    names = ("id", "username", "email", "role", "identity_source", "is_enabled")
    return {name: facts[name] for name in names}


def _state(one: "User") -> str:
    return "enabled" if one.is_enabled else "disabled"
