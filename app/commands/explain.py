"""
`stowage explain`: may somebody do something somewhere, and which rules say so.
"""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.actor import COMMAND_LINE
from app.commands.config import ConfigOption
from app.commands.opened import run_opened
from app.commands.outcome import FAILED
from app.commands.version import FormatOption

if TYPE_CHECKING:
    from pathlib import Path

    from app.services import Services
    from app.snapshot.explainer import Explanation
    from app.snapshot.past_requests import PastRequest

PrincipalArgument = Annotated[
    str,
    typer.Argument(metavar="PRINCIPAL", help="A user's name or id, an access key, or anonymous."),
]
ActionArgument = Annotated[str, typer.Argument(metavar="ACTION", help="An S3 operation.")]
RequestOption = Annotated[
    str, typer.Option("--request", help="The id that an S3 answer carried, instead of the rest.")
]
BackendOption = Annotated[str, typer.Option("--backend", help="The backend's id.")]
BucketOption = Annotated[str, typer.Option("--bucket", help="The bucket.")]
KeyOption = Annotated[str, typer.Option("--key", help="Key of an object, or prefix of a listing.")]


def explain(
    principal: PrincipalArgument = "",
    action: ActionArgument = "",
    config: ConfigOption = None,
    request: RequestOption = "",
    backend: BackendOption = "",
    bucket: BucketOption = "",
    key: KeyOption = "",
    output: FormatOption = "text",
) -> None:
    """
    Say whether somebody may do something, and why; status 1 if not.
    """
    if request:
        _explain_request(request, config, output)
        return
    if not principal or not action:
        raise typer.BadParameter("name PRINCIPAL and ACTION, or --request")
    found: list[Explanation] = []

    async def work(services: "Services") -> None:
        from app.snapshot.explainer import Question

        await services.feed.refresh()
        named = await services.users.find_by_name(principal)
        question = Question(action, backend, bucket, key)
        who = principal if named is None else named.id
        found.append(await services.explainer.explain(COMMAND_LINE, who, question))

    run_opened(config, work)
    _print(found[0], output)
    if not found[0].is_allowed:
        raise typer.Exit(FAILED)


def _facts(found: "Explanation") -> dict[str, object]:
    trace = [
        {"rule": step.rule, "source": step.source, "matched": step.matched} for step in found.trace
    ]
    return {"allowed": found.is_allowed, "reason": found.reason, "trace": trace}


def _print(found: "Explanation", output: str) -> None:
    if output == "json":
        typer.echo(json.dumps(_facts(found), indent=2))
        return
    typer.echo("allowed" if found.is_allowed else f"denied: {found.reason}")
    for step in found.trace:
        typer.echo(f"{'+' if step.matched else '-'} {step.source}  {step.rule}")


def _explain_request(request_id: str, config: "Path | None", output: str) -> None:
    found: list[PastRequest] = []

    async def work(services: "Services") -> None:
        await services.feed.refresh()
        found.append(await services.past_requests.explain(COMMAND_LINE, request_id))

    run_opened(config, work)
    past, event = found[0], found[0].event
    if output == "json":
        facts = {**past.facts, "at": event.at.isoformat(), "operation": event.action}
        now = None if past.now is None else _facts(past.now)
        typer.echo(json.dumps({"request": facts, "now": now}, indent=2))
        return
    place = "/".join(part for part in (event.backend_id, event.bucket, event.object_key) if part)
    typer.echo(f"{event.at:%Y-%m-%d %H:%M:%S}  {event.action}  {place}")
    typer.echo(f"answered {past.facts.get('http_status')} {past.reason}".rstrip())
    if difference := past.facts.get("difference"):
        typer.echo(f"  {difference}")
    if past.now is not None:
        typer.echo("now:")
        _print(past.now, output)
