"""
One admitted request as an endpoint sees it: who calls, with which parameters, with which body.

An endpoint parses what it needs from the call, calls one service method and returns a schema.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from app.audit.event import Actor
from app.errors import registry as errors
from app.objects.place import BucketPlace
from app.rbac.principal import ANONYMOUS, Principal
from app.services import Services
from dashboard.body import missing, parse_body, read_chunks
from dashboard.exchange import Exchange, exchange_of
from dashboard.lengthy import is_lengthy
from dashboard.reach import Reach, reach_of
from dashboard.readiness import Readiness
from dashboard.schemas import Body, Schema
from dashboard.session import Gate, SignedIn

B = TypeVar("B", bound=Body)
_OF_THE_PAGE = frozenset({"cursor", "token", "limit", "max_keys", "offset"})
# More takes longer to read than others may wait for.
_ON_LOOP_BYTES = 256 * 2**10
_NUMBER = re.compile(r"-?[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Call:
    """
    One request that has passed every gate of its route.
    """

    request: Request
    services: Services
    readiness: Readiness
    signed_in: SignedIn | None
    max_body_bytes: int

    @property
    def exchange(self) -> Exchange:
        """
        What is known of the request beside its content.
        """
        return exchange_of(self.request.scope)

    @property
    def principal(self) -> Principal:
        """
        Who is calling; `ANONYMOUS` on public routes.
        """
        return self.signed_in.principal if self.signed_in else ANONYMOUS

    @property
    def actor(self) -> Actor:
        """
        The caller with the facts of the request, as services want it.
        """
        exchange = self.exchange
        token = self.signed_in.token if self.signed_in else None
        return Actor(
            self.principal,
            exchange.request_id,
            exchange.peer.ip,
            exchange.user_agent,
            token.id if token else "",
        )

    @property
    def session(self) -> SignedIn:
        """
        The caller's session.

        Raises:
            StowageError: `unauthorized`; only on a public route.
        """
        if self.signed_in is None:
            raise errors.UNAUTHORIZED()
        return self.signed_in

    @property
    def place(self) -> BucketPlace:
        """
        The bucket that the path names.
        """
        return BucketPlace(self.path("bid"), self.path("bucket"))

    @property
    def wants_absent(self) -> bool:
        """
        Tell whether the write must not replace anything (`If-None-Match: *`).
        """
        return self.header("if-none-match").strip() == "*"

    def path(self, name: str) -> str:
        """
        Return a segment of the path.
        """
        value: str = self.request.path_params[name]
        return value

    def query(self, name: str, default: str = "") -> str:
        """
        Return a query parameter, the first of that name.
        """
        values = self.request.query_params.getlist(name)
        return values[0] if values else default

    def required(self, name: str) -> str:
        """
        Return a query parameter that must be there.

        Raises:
            StowageError: `bad_request`, reason `field.missing`.
        """
        value = self.query(name)
        if not value:
            raise missing(name, pointer=f"query:{name}")
        return value

    def number(self, name: str, default: int) -> int:
        """
        Return a query parameter as a number; what is none counts as absent.
        """
        text = self.query(name)
        return int(text) if _NUMBER.fullmatch(text) else default

    def position(self, name: str) -> str:
        """
        Return where in its list a cursor of ours leads; empty where the query has none.

        Raises:
            StowageError: `bad_request`, reason `cursor.invalid`: it was changed, or was given to
                another caller, by another call, or with other filters.
        """
        cursor = self.query(name)
        return self.services.cursors.open(cursor, self._list()) if cursor else ""

    def cursor(self, position: str) -> str:
        """
        Return the cursor that leads to a position of the list that is asked for; none for none.
        """
        return self.services.cursors.sign(position, self._list()) if position else ""

    def _list(self) -> Iterable[str]:
        filters = sorted(
            f"{name}={value}"
            for name, value in self.request.query_params.multi_items()
            if value and name not in _OF_THE_PAGE
        )
        caller = self.principal.user_id or self.principal.id
        return (caller, self.request.scope["path"].rstrip("/"), *filters)

    def header(self, name: str) -> str:
        """
        Return a request header; empty where it is absent.
        """
        return self.request.headers.get(name, "")

    async def body(self, model: type[B]) -> B:
        """
        Read the body as JSON into a schema; `null` and nothing at all mean all defaults.

        Raises:
            StowageError: `too_large`, or `bad_request` with what is wrong and where.
        """
        raw = await self.raw_body()
        if len(raw) > _ON_LOOP_BYTES:
            return await asyncio.to_thread(parse_body, model, raw)
        return parse_body(model, raw)

    async def raw_body(self) -> bytes:
        """
        Read the body whole, up to the limit of the route.

        Raises:
            StowageError: `too_large`, reason `body.limit`.
        """
        return b"".join([chunk async for chunk in self.chunks()])

    async def chunks(self) -> AsyncIterator[bytes]:
        """
        Give the body in pieces as it arrives, up to the limit of the route.

        Raises:
            StowageError: `too_large`, reason `body.limit`.
        """
        async for chunk in read_chunks(self.request, self.max_body_bytes):
            yield chunk


Endpoint = Callable[[Call], Awaitable[Schema | Response | None]]


@dataclass(frozen=True, slots=True)
class Row:
    """
    One row of the route table.
    """

    method: str
    path: str
    """A `~` at its end: with and without a slash there."""
    endpoint: Endpoint
    gate: Gate
    status: int = 200
    """Of an answer that is a schema; nothing at all is 204."""
    max_body_bytes: int = 4096
    before_rotation: bool = False
    """Open to a user who must choose another password first."""

    @property
    def reach(self) -> Reach:
        """
        Which API tokens may call it.
        """
        return reach_of(self.method, self.path.removesuffix("~"))


def render(answer: Schema | Response | None, status: int) -> Response:
    """
    Turn what an endpoint returned into the answer; nothing at all is 204.
    """
    if isinstance(answer, Response):
        return answer
    if answer is None:
        return Response(status_code=204, headers={"Cache-Control": "no-store"})
    return render_schema(answer, status)


async def respond(answer: Schema | Response | None, status: int) -> Response:
    """
    Do as `render`, a long answer in a thread.
    """
    if isinstance(answer, Schema) and is_lengthy(answer):
        return await asyncio.to_thread(render_schema, answer, status)
    return render(answer, status)


def render_schema(answer: BaseModel, status: int = 200) -> Response:
    """
    Return a schema as JSON, as the reference writes it: compact, no newline, not to be cached.
    """
    return Response(
        answer.model_dump_json(by_alias=True),
        status_code=status,
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
