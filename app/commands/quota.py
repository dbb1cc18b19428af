"""
`stowage quota …`: how much buckets may hold, from the terminal.

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

if TYPE_CHECKING:
    from app.quotas.service import Quota
    from app.services import Services

_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40, "P": 2**50}
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


PlaceArgument = Annotated[str, typer.Argument(metavar="BACKEND/BUCKET")]
SoftOption = Annotated[
    int, typer.Option("--soft", parser=parse_size, metavar="SIZE", help="Warn from here on.")
]
HardOption = Annotated[
    int, typer.Option("--hard", parser=parse_size, metavar="SIZE", help="Refuse beyond this.")
]

quota = typer.Typer(no_args_is_help=True, help="Limit how much a bucket may hold.")


@quota.command("set")
def set_(
    place: PlaceArgument,
    config: ConfigOption = None,
    soft: SoftOption = "0",  # type: ignore[assignment]  # typer parses the default as it parses what is typed
    hard: HardOption = "0",  # type: ignore[assignment]  # as above
) -> None:
    """
    Limit a bucket; what is there already counts.
    """
    from app.quotas.limits import Limits, parse_row_id

    async def work(services: "Services") -> None:
        limits = Limits(soft, hard)
        _show(await services.quotas.put(COMMAND_LINE, parse_row_id(_checked(place)), limits))

    run_opened(config, work)


@quota.command()
def show(
    place: PlaceArgument,
    config: ConfigOption = None,
    output: FormatOption = "text",
) -> None:
    """
    Show what a bucket holds and may hold.
    """
    from app.quotas.limits import parse_row_id

    async def work(services: "Services") -> None:
        _show(await services.quotas.get(COMMAND_LINE, parse_row_id(_checked(place))), output)

    run_opened(config, work)


@quota.command("list")
def list_(config: ConfigOption = None, output: FormatOption = "text") -> None:
    """
    List every bucket that has a limit.
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
def clear(place: PlaceArgument, config: ConfigOption = None) -> None:
    """
    Hold a bucket to no limit any more.
    """
    from app.quotas.limits import parse_row_id

    async def work(services: "Services") -> None:
        where = parse_row_id(_checked(place))
        await services.quotas.delete(COMMAND_LINE, where)
        typer.echo(f"{where.row_id} has no limit")

    run_opened(config, work)


def _checked(place: str) -> str:
    backend_id, slash, bucket = place.partition("/")
    if not (backend_id and slash and bucket) or "/" in bucket:
        raise typer.BadParameter(f"{place} is not backend/bucket")
    return place


def _show(found: "Quota", output: str = "text") -> None:
    if output == "json":
        typer.echo(json.dumps(_facts(found), indent=2))
        return
    used = "unknown" if found.usage is None else f"{found.usage.used_bytes} bytes"
    limits = found.limits
    soft = f", soft {limits.soft_bytes}" if limits and limits.soft_bytes else ""
    hard = f", hard {limits.hard_bytes}" if limits and limits.hard_bytes else ""
    typer.echo(f"{found.place.row_id}  used {used}{soft}{hard}{'' if limits else ', no limit'}")


def _facts(found: "Quota") -> dict[str, object]:
    limits, usage = found.limits, found.usage
    return {
        "backend_id": found.place.backend_id,
        "bucket": found.place.bucket,
        "soft_bytes": limits.soft_bytes if limits else 0,
        "hard_bytes": limits.hard_bytes if limits else 0,
        "usage_bytes": usage.used_bytes if usage else None,
        "object_count": usage.object_count if usage else None,
    }
