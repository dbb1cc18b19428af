"""
`stowage quota …`: how much buckets may hold, and users, groups and credentials may add.

They work beside a running server: what they change holds there within a second.
"""

import json
import re
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.actor import COMMAND_LINE
from app.commands.config import ConfigOption
from app.commands.opened import run_opened
from app.commands.version import FormatOption
from app.errors import registry as errors

if TYPE_CHECKING:
    from app.quotas.limits import QuotaSubject
    from app.quotas.quota import Quota
    from app.services import Services

_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40, "P": 2**50}
_KINDS = frozenset({"user", "group", "credential"})
_FORMS = "user:NAME, group:NAME or credential:ACCESS_KEY"
_SIZE = re.compile(r"([0-9]{1,19})([KMGTP]?)(?:i?B)?", re.IGNORECASE)


def parse_size(text: str) -> int:
    """
    Return a number of bytes: `1048576`, `100M`, `2GiB`. Units are powers of 1024.

    Raises:
        typer.BadParameter: it is not one.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise typer.BadParameter(f"{text} is no size; write 1048576, 100M or 2G")
    return int(match[1]) * _UNITS[match[2].upper()]


SubjectArgument = Annotated[
    str,
    typer.Argument(
        metavar="SUBJECT", help="BACKEND/BUCKET, user:NAME, group:NAME or credential:ACCESS_KEY."
    ),
]
SoftOption = Annotated[
    int, typer.Option("--soft", parser=parse_size, metavar="SIZE", help="Warn from here on.")
]
HardOption = Annotated[
    int, typer.Option("--hard", parser=parse_size, metavar="SIZE", help="Refuse beyond this.")
]

quota = typer.Typer(
    no_args_is_help=True,
    help="Limit how much a bucket may hold, or a user, a group or a credential may add.",
)


@quota.command("set")
def set_(
    subject: SubjectArgument,
    config: ConfigOption = None,
    soft: SoftOption = "0",  # type: ignore[assignment]  # typer parses the default as it parses what is typed
    hard: HardOption = "0",  # type: ignore[assignment]  # as above
) -> None:
    """
    Set a limit; what is in a bucket already counts, what somebody wrote before does not.
    """
    from app.quotas.limits import Limits, parse_row_id

    _check(subject)

    async def work(services: "Services") -> None:
        found, limits = await _find(services, subject), Limits(soft, hard)
        if found.is_bucket:
            _show(await services.quotas.put(COMMAND_LINE, parse_row_id(found.id), limits))
        else:
            _show(await services.quotas.charged.put(COMMAND_LINE, found, limits))

    run_opened(config, work)


@quota.command()
def show(
    subject: SubjectArgument,
    config: ConfigOption = None,
    output: FormatOption = "text",
) -> None:
    """
    Show a limit and what is used of it.
    """
    from app.quotas.limits import parse_row_id

    _check(subject)

    async def work(services: "Services") -> None:
        found = await _find(services, subject)
        if found.is_bucket:
            _show(await services.quotas.get(COMMAND_LINE, parse_row_id(found.id)), output)
        else:
            _show(await services.quotas.charged.get(COMMAND_LINE, found), output)

    run_opened(config, work)


@quota.command("list")
def list_(config: ConfigOption = None, output: FormatOption = "text") -> None:
    """
    List every limit.
    """

    async def work(services: "Services") -> None:
        found = await services.quotas.list(COMMAND_LINE)
        if output == "json":
            typer.echo(json.dumps([_facts(one) for one in found], indent=2))
            return
        for one in found:
            _show(one)

    run_opened(config, work)


@quota.command()
def clear(subject: SubjectArgument, config: ConfigOption = None) -> None:
    """
    Take a limit away; what somebody used of it is forgotten.
    """
    from app.quotas.limits import parse_row_id

    _check(subject)

    async def work(services: "Services") -> None:
        found = await _find(services, subject)
        if found.is_bucket:
            await services.quotas.delete(COMMAND_LINE, parse_row_id(found.id))
        else:
            await services.quotas.charged.delete(COMMAND_LINE, found)
        typer.echo(f"{_name(found)} has no limit")

    run_opened(config, work)


def _check(subject: str) -> None:
    """
    Refuse what names nothing that can be limited.

    Raises:
        typer.BadParameter: it does not.
    """
    kind, colon, name = subject.partition(":")
    if colon and name and kind in _KINDS:
        return
    backend_id, slash, bucket = subject.partition("/")
    if not (backend_id and slash and bucket) or "/" in bucket:
        raise typer.BadParameter(f"{subject} is neither backend/bucket nor {_FORMS}")


async def _find(services: "Services", subject: str) -> "QuotaSubject":
    """
    Return what a checked argument names, names of users and groups looked up.

    Raises:
        StowageError: `not_found`.
    """
    from app.quotas.limits import QuotaKind, QuotaSubject

    kind, colon, name = subject.partition(":")
    if not colon:
        return QuotaSubject(QuotaKind.BUCKET, subject)
    if kind == QuotaKind.USER:
        user = await services.users.find_by_name(name)
        if user is None:
            raise errors.NOT_FOUND(reason="user.not_found")
        name = user.id
    elif kind == QuotaKind.GROUP:
        name = (await services.groups.get_by_name(COMMAND_LINE, name)).id
    return QuotaSubject(QuotaKind(kind), name)


def _show(found: "Quota", output: str = "text") -> None:
    if output == "json":
        typer.echo(json.dumps(_facts(found), indent=2))
        return
    used = "unknown" if found.usage is None else f"{found.usage.used_bytes} bytes"
    limits = found.limits
    soft = f", soft {limits.soft_bytes}" if limits and limits.soft_bytes else ""
    hard = f", hard {limits.hard_bytes}" if limits and limits.hard_bytes else ""
    typer.echo(f"{_name(found.subject)}  used {used}{soft}{hard}{'' if limits else ', no limit'}")


def _name(subject: "QuotaSubject") -> str:
    return subject.id if subject.is_bucket else f"{subject.kind}:{subject.id}"


def _facts(found: "Quota") -> dict[str, object]:
    limits, usage, subject = found.limits, found.usage, found.subject
    place = found.place._asdict() if subject.is_bucket else {}
    return {
        "kind": subject.kind.value,
        "id": subject.id,
        **place,
        "soft_bytes": limits.soft_bytes if limits else 0,
        "hard_bytes": limits.hard_bytes if limits else 0,
        "usage_bytes": usage.used_bytes if usage else None,
        "object_count": usage.object_count if usage else None,
    }
