"""
The configuration: what holds and why, what the file would change, whether reality is like it.
"""

import asyncio
from functools import cache
from typing import Any, Literal

from starlette.responses import JSONResponse, Response

from app.config import problems
from app.config.models import Config
from app.config.problems import ConfigError
from app.config.shown import Value, walk_values
from app.plan import plan, reload
from app.plan.configuration import refuse
from app.plan.export import export_yaml
from app.plan.reload import Drift, Pending
from dashboard.call import Call
from dashboard.schemas import Body, Schema, Timestamp, omitted

Outcome = Literal["applied", "unchanged", "incomplete", "rejected", "failed"]


class ConfigProblem(Schema):
    """
    What is wrong, or odd, at one place of a file.
    """

    file: str = omitted("")
    line: int = omitted(0)
    column: int = omitted(0)
    key: str = omitted("")
    message: str
    suggestion: str = omitted("")


class ConfigReload(Schema):
    """
    The last attempt to take over the file. A rejected one has changed nothing.
    """

    at: Timestamp
    outcome: Outcome
    by: str
    applied: int
    settings: list[str]
    needs_restart: list[str]
    problems: list[ConfigProblem]
    warnings: list[ConfigProblem]


class ConfigValue(Schema):
    """
    One key with the value that holds. Secrets are named in it, never contained.
    """

    path: str
    value: Any
    source: Literal["default", "file", "environment"]
    source_file: str = omitted("")
    source_line: int = omitted(0)
    description: str
    restart: bool


class ConfigState(Schema):
    """
    The configuration in force.
    """

    values: list[ConfigValue]
    last_reload: ConfigReload | None
    watching: bool
    """Whether a change of the file is taken over by itself."""
    prune: list[str]
    drift: int
    """Things that were not as declared when reality was last compared."""
    drift_checked_at: Timestamp | None


class ConfigStep(Schema):
    """
    One change of one thing; it holds no value, so no secret.
    """

    op: Literal["create", "update", "delete", "adopt", "check"]
    kind: str
    id: str
    fields: list[str]
    destructive: bool
    takes_over: bool
    source_file: str
    source_line: int
    problem: str = omitted("")
    """Why it could not be compared, for `check`."""


class ConfigOrphan(Schema):
    """
    Something that a file declared once and none declares any more; it stays until pruned.
    """

    kind: str
    id: str
    source_file: str
    source_line: int


class ConfigSetting(Schema):
    """
    A key that would have another value.
    """

    path: str
    present: Any
    declared: Any
    restart: bool


class ConfigPlan(Schema):
    """
    What the file as it is now would change, and how reality differs from what is in force.
    """

    hash: str
    """To be sent with the reload, so that what was seen is what is applied. Empty: unusable."""
    steps: list[ConfigStep]
    settings: list[ConfigSetting]
    orphans: list[ConfigOrphan]
    needs_restart: list[str]
    problems: list[ConfigProblem]
    drift: list[ConfigStep]
    drift_checked_at: Timestamp
    drift_problem: str = omitted("")


class ConfigReloadRequest(Body):
    """
    The plan that was seen; another one is refused. Empty takes over whatever is there.
    """

    hash: str = ""


async def get_config(call: Call) -> ConfigState:
    """
    Return every key with the value that holds, and how the file was last taken over.
    """
    service, config = call.services.configuration, call.services.config
    drift = service.drift
    return ConfigState(
        values=[_value(one) for one in walk_values(service.loaded, config)],
        last_reload=None if service.last_reload is None else _reload(service.last_reload),
        watching=config.gitops.watch and service.source is not None,
        prune=list(config.gitops.prune),
        drift=0 if drift is None else len(drift.plan.changes),
        drift_checked_at=None if drift is None else drift.at,
    )


async def get_plan(call: Call) -> ConfigPlan:
    """
    Compare the file as it is now, and reality as it is now, with what is in force.
    """
    service = call.services.configuration
    drift = await service.check_drift()
    try:
        pending = await service.find_pending()
    except ConfigError as error:
        return _plan(Pending(), drift, error.problems)
    return _plan(pending, drift, ())


async def reload_config(call: Call) -> ConfigReload:
    """
    Take over the file as it is now.
    """
    body = await call.body(ConfigReloadRequest)
    result = await call.services.configuration.reload(call.actor, seen=body.hash)
    if not result.is_taken_over:
        raise refuse(result.problems)
    return _reload(result)


async def export_config(call: Call) -> Response:
    """
    Return what is running as YAML that, applied, changes nothing.
    """
    service = call.services.configuration
    text = await export_yaml(service.planner.kinds, service.loaded)
    return Response(text, media_type="application/yaml")


async def get_schema(_call: Call) -> Response:
    """
    Return the JSON Schema of the file, for editors.
    """
    return Response(await asyncio.to_thread(_schema), media_type="application/json")


@cache
def _schema() -> bytes:
    # Drawn once, from some hundred models: longer than the event loop may be held.
    return bytes(JSONResponse(Config.model_json_schema()).body)


def _plan(pending: Pending, drift: Drift, found: tuple[problems.Problem, ...]) -> ConfigPlan:
    return ConfigPlan(
        hash="" if found else pending.hash,
        steps=[_step(one) for one in pending.plan.shown],
        settings=[ConfigSetting(**one.to_dict()) for one in pending.settings],
        orphans=[ConfigOrphan(**one.to_dict()) for one in pending.plan.orphans],
        needs_restart=list(pending.needs_restart),
        problems=[_problem(one) for one in found],
        drift=[_step(one) for one in drift.plan.shown],
        drift_checked_at=drift.at,
        drift_problem=drift.problem,
    )


def _step(step: plan.Step) -> ConfigStep:
    return ConfigStep(**step.to_dict(), problem=step.problem)


def _reload(found: reload.Reload) -> ConfigReload:
    return ConfigReload(
        at=found.at,
        outcome=found.outcome.value,
        by=found.by,
        applied=found.applied,
        settings=list(found.settings),
        needs_restart=list(found.needs_restart),
        problems=[_problem(one) for one in found.problems],
        warnings=[_problem(one) for one in found.warnings],
    )


def _problem(problem: problems.Problem) -> ConfigProblem:
    return ConfigProblem(**problem.to_dict())


def _value(value: Value) -> ConfigValue:
    origin = value.origin
    return ConfigValue(
        path=value.key,
        value=value.value,
        source=value.source,
        source_file=origin.file if origin else "",
        source_line=origin.line if origin else 0,
        description=value.description,
        restart=value.needs_restart,
    )
