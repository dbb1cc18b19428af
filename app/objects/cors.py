"""
The CORS rules of a bucket: Stowage's own, enforced by the S3 endpoint and never sent upstream.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.actions import AuditAction
from app.audit.event import Actor
from app.clock import Clock
from app.database.changes import ChangeKind, record_change
from app.database.declared import DASHBOARD, Declaration, check_owner
from app.database.engine import Database
from app.database.tables import s3_bucket_cors
from app.errors import registry as errors
from app.errors.raised import FieldError, ParamValue, StowageError
from app.objects import actions, repository
from app.objects.gate import Gate
from app.objects.place import BucketPlace

MAX_RULES = 100
MAX_NAMES = 100
MAX_NAME_CHARACTERS = 512
METHODS = ("GET", "PUT", "POST", "DELETE", "HEAD")


@dataclass(frozen=True, slots=True)
class BucketCorsRule:
    """
    One rule: which pages may call with which methods.
    """

    allowed_origins: Sequence[str]
    allowed_methods: Sequence[str]
    allowed_headers: Sequence[str] = ()
    expose_headers: Sequence[str] = ()
    max_age_seconds: int = 0


class CorsCalls:
    """
    Read and replace the rules of a bucket.
    """

    def __init__(self, gate: Gate, database: Database, *, clock: Clock) -> None:
        self._gate = gate
        self._database = database
        self._clock = clock

    async def get_rules(self, actor: Actor, place: BucketPlace) -> list[BucketCorsRule]:
        """
        Return the rules; none where nothing was set.

        Raises:
            StowageError: `not_found`, `forbidden`.
        """
        self._gate.enter(actor, actions.GET_CORS, place)
        async with self._database.read() as connection:
            row = await _find(connection, place)
        return [] if row is None else [BucketCorsRule(**rule) for rule in row["rules"]]

    async def set_rules(
        self,
        actor: Actor,
        place: BucketPlace,
        rules: Sequence[BucketCorsRule],
        *,
        by: Declaration = DASHBOARD,
    ) -> None:
        """
        Replace the rules; an empty list takes them away.

        Raises:
            StowageError: `not_found`, `forbidden`, `invalid_cors`, `yaml_managed`.
        """
        detail = {"rules": len(rules)}
        async with self._gate.audited(actor, AuditAction.BUCKET_CORS_SET, place, detail=detail):
            self._gate.enter(actor, actions.SET_CORS, place)
            _check_rules(rules)
            async with self._database.write() as connection:
                row_id = f"{place.backend_id}/{place.bucket}"
                old = await _find(connection, place)
                check_owner("CORS rules", row_id, old, source=by.source)
                # A file may also say that there are none.
                await repository.check_setting(connection, place, "cors", source=by.source)
                await _delete(connection, place)
                if rules:
                    values = self._row(actor, place, rules, by)
                    if old is not None:
                        values |= {name: old[name] for name in ("created_at", "created_by")}
                    await connection.execute(insert(s3_bucket_cors).values(values))
                await record_change(connection, ChangeKind.CORS, row_id)

    def _row(
        self, actor: Actor, place: BucketPlace, rules: Sequence[BucketCorsRule], by: Declaration
    ) -> dict[str, Any]:
        now = self._clock.now()
        return {
            "backend_id": place.backend_id,
            "bucket": place.bucket,
            "rules": [asdict(rule) for rule in rules],
            "created_at": now,
            "created_by": actor.id,
            "updated_at": now,
            "updated_by": actor.id,
            **by.columns(),
        }


def _check_rules(rules: Sequence[BucketCorsRule]) -> None:
    if len(rules) > MAX_RULES:
        raise errors.INVALID_CORS(reason="rules.too_many", params={"limit": MAX_RULES})
    for number, rule in enumerate(rules):
        _check_rule(number, rule)


def _check_rule(number: int, rule: BucketCorsRule) -> None:
    if not rule.allowed_origins:
        raise _refused(number, "allowed_origins", "name at least one origin")
    if not rule.allowed_methods:
        raise _refused(number, "allowed_methods", "name at least one method")
    if not set(rule.allowed_methods) <= set(METHODS):
        raise _refused(number, "allowed_methods", f"use {', '.join(METHODS)}")
    if rule.max_age_seconds < 0:
        raise _refused(number, "max_age_seconds", "use 0 or more")
    for member in ("allowed_origins", "allowed_methods", "allowed_headers", "expose_headers"):
        _check_names(number, member, getattr(rule, member))


def _check_names(number: int, member: str, names: Sequence[str]) -> None:
    if len(names) > MAX_NAMES:
        raise _refused(number, member, f"at most {MAX_NAMES}")
    for name in names:
        # They come back in response headers: nothing in them may end a line there.
        if (
            not name.isascii()
            or not name.isprintable()
            or not 1 <= len(name) <= MAX_NAME_CHARACTERS
        ):
            raise _refused(number, member, "use printable ASCII")


def _refused(number: int, member: str, problem: str) -> StowageError:
    params: dict[str, ParamValue] = {"rule": number + 1, "problem": f"{member}: {problem}"}
    pointer = f"/rules/{number}/{member}"
    return errors.INVALID_CORS(
        reason="rule.rejected",
        params=params,
        errors=[FieldError(pointer, "rule.rejected", f"{member}: {problem}.", params)],
    )


async def _find(connection: AsyncConnection, place: BucketPlace) -> RowMapping | None:
    query = select(s3_bucket_cors).where(
        s3_bucket_cors.c.backend_id == place.backend_id, s3_bucket_cors.c.bucket == place.bucket
    )
    return (await connection.execute(query)).mappings().first()


async def _delete(connection: AsyncConnection, place: BucketPlace) -> None:
    await connection.execute(
        delete(s3_bucket_cors).where(
            s3_bucket_cors.c.backend_id == place.backend_id,
            s3_bucket_cors.c.bucket == place.bucket,
        )
    )
