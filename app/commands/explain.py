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
    from app.services import Services
    from app.snapshot.explainer import Explanation

PrincipalArgument = Annotated[
    str,
    typer.Argument(metavar="PRINCIPAL", help="A user's name or id, an access key, or anonymous."),
]
ActionArgument = Annotated[str, typer.Argument(metavar="ACTION", help="An S3 operation.")]
BackendOption = Annotated[str, typer.Option("--backend", help="The backend's id.")]
BucketOption = Annotated[str, typer.Option("--bucket", help="The bucket.")]
KeyOption = Annotated[str, typer.Option("--key", help="Key of an object, or prefix of a listing.")]


def explain(
    principal: PrincipalArgument,
    action: ActionArgument,
    config: ConfigOption = None,
    backend: BackendOption = "",
    bucket: BucketOption = "",
    key: KeyOption = "",
    output: FormatOption = "text",
) -> None:
    """
    Say whether somebody may do something, and why; status 1 if not.
    """
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


def _print(found: "Explanation", output: str) -> None:
    if output == "json":
        trace = [
            {"rule": step.rule, "source": step.source, "matched": step.matched}
            for step in found.trace
        ]
        facts = {"allowed": found.is_allowed, "reason": found.reason, "trace": trace}
        typer.echo(json.dumps(facts, indent=2))
        return
    typer.echo("allowed" if found.is_allowed else f"denied: {found.reason}")
    for step in found.trace:
        typer.echo(f"{'+' if step.matched else '-'} {step.source}  {step.rule}")
