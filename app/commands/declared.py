"""
`stowage config plan | apply | diff | export`: what is declared against what is there.

They work beside a running server, which hears of every change within a second. Only `apply`
migrates the database; a newer release that merely looks leaves it to the one that serves it.
"""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.config import ConfigOption, UnknownKeysOption, print_json, warn
from app.commands.opened import look_with, run_with
from app.commands.outcome import FAILED, Found
from app.commands.version import FormatOption
from app.config.load import LoadedConfig, load_config
from app.config.problems import ConfigError, Origin, Problem
from app.errors import registry as errors

if TYPE_CHECKING:
    from app.plan.apply import Applied
    from app.plan.plan import Plan, Step
    from app.services import Services

CHANGES = 2
"""The exit status of `plan` and `diff` where something differs."""

OutOption = Annotated[
    Path | None, typer.Option("--out", "-o", help="Write the plan here, for `apply --plan`.")
]
PlanOption = Annotated[
    Path | None,
    typer.Option("--plan", help="Apply this plan or nothing, as `plan --out` wrote it."),
]
AllowOption = Annotated[
    bool,
    typer.Option("--allow-destroy", help="Run steps after which something is lost."),
]


def plan(
    path: ConfigOption = None,
    out: OutOption = None,
    output: FormatOption = "text",
    unknown_keys: UnknownKeysOption = "error",
) -> None:
    """
    Say what applying would change; exit status 0 for nothing, 2 for something, 1 on error.
    """
    found = _compute(load_config(path, os.environ, unknown_keys=unknown_keys))
    if out is not None:
        _write(out, found)
    if output == "json":
        print_json(found.to_dict())
    else:
        typer.echo(str(found))
    _end(found)


def diff(
    path: ConfigOption = None,
    output: FormatOption = "text",
    unknown_keys: UnknownKeysOption = "error",
) -> None:
    """
    Show value by value how reality differs from the file; exit status as that of `plan`.
    """
    found = _compute(load_config(path, os.environ, unknown_keys=unknown_keys))
    if output == "json":
        print_json({**found.to_dict(), "steps": [_with_values(step) for step in found.shown]})
    else:
        typer.echo("\n".join(_lines(found)) or "Reality is as declared.")
    _end(found)


def apply(
    path: ConfigOption = None,
    plan_file: PlanOption = None,
    *,
    allow_destroy: AllowOption = False,
    output: FormatOption = "text",
    unknown_keys: UnknownKeysOption = "error",
) -> None:
    """
    Make reality as declared. Applying twice changes nothing.
    """
    loaded = load_config(path, os.environ, unknown_keys=unknown_keys)
    seen = None if plan_file is None else _read_hash(plan_file)
    warn(loaded)

    async def work(services: "Services") -> "tuple[Plan, Applied]":
        planner = services.configuration.planner
        found = await planner.compute(loaded)
        if seen is not None and seen != found.hash:
            raise errors.CONFLICT(reason="plan.stale")
        if found.destructive and not allow_destroy:
            steps = ", ".join(f"{step.kind} {step.id}" for step in found.destructive)
            raise errors.CONFLICT(reason="plan.destroys", params={"steps": steps})
        return found, await planner.apply(found)

    found, applied = run_with(loaded, work)
    if output == "json":
        failed = [one.problem.to_dict() for one in applied.failures]
        print_json({**found.to_dict(), "applied": applied.done, "failed": failed})
    else:
        typer.echo(str(found))
        for failure in applied.failures:
            typer.echo(f"not applied: {failure.problem}", err=True)
    if applied.failures:
        raise typer.Exit(FAILED)


def export(path: ConfigOption = None, unknown_keys: UnknownKeysOption = "error") -> None:
    """
    Write what is running as YAML that, applied, changes nothing. It names secrets, and has none.
    """
    loaded = load_config(path, os.environ, unknown_keys=unknown_keys)

    async def work(services: "Services") -> str:
        from app.plan.export import export_yaml

        return await export_yaml(services.configuration.planner.kinds, loaded)

    typer.echo(look_with(loaded, work), nl=False)


def _compute(loaded: LoadedConfig) -> "Plan":
    warn(loaded)

    async def work(services: "Services") -> "Plan":
        return await services.configuration.planner.compute(loaded)

    return look_with(loaded, work)


def _end(found: "Plan") -> None:
    if found.unknown:
        raise Found(FAILED)
    if not found.is_empty:
        raise Found(CHANGES)


def _write(path: Path, found: "Plan") -> None:
    try:
        path.write_text(json.dumps(found.to_dict(), indent=2) + "\n")
    except OSError as error:
        raise ConfigError(
            [Problem(f"cannot be written: {error.strerror}", "", _at(path))]
        ) from error


def _read_hash(path: Path) -> str:
    try:
        found = json.loads(path.read_text())
        return str(found["hash"])
    except OSError as error:
        raise ConfigError([Problem(f"cannot be read: {error.strerror}", "", _at(path))]) from error
    except (ValueError, KeyError, TypeError) as error:
        message = "is no plan; make one with stowage config plan --out"
        raise ConfigError([Problem(message, "", _at(path))]) from error


def _at(path: Path) -> Origin:
    return Origin(str(path))


def _with_values(step: "Step") -> dict[str, Any]:
    return {**step.to_dict(), "differences": [one.to_dict() for one in step.differences]}


def _lines(found: "Plan") -> list[str]:
    lines: list[str] = []
    for step in found.shown:
        lines.append(f"{step}  # {step.origin}")
        lines += [f"    {one}" for one in step.differences]
    return lines + [str(orphan) for orphan in found.orphans]
