"""
ListBuckets: the buckets that a credential reaches, put together here.

A credential over a whole backend is shown what the backend has.
"""

import base64
import binascii
import time

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.rbac.levels import Level
from app.rbac.policy import Action, Resource, authorize
from proxy.client_side import ClientSide
from proxy.core.decision import Local
from proxy.core.outgoing import Outgoing, render_outgoing
from proxy.delivery import answer_fault
from proxy.errand import Errand, Reply
from proxy.errors import Occasion, render_response
from proxy.xml import parse_bucket_list, render_bucket_list

MAX_REPLY_BYTES = 4 * 1024 * 1024
_MAX_BUCKETS = 10_000
_OK = 200
_SEE = Action("ListBuckets", Level.NONE, any_level=True)

_Listed = dict[str, tuple[str, str]]
"""Creation date and region by the client's name of the bucket."""


class ListBuckets:
    """
    One such request.
    """

    def __init__(self, client: ClientSide, local: Local) -> None:
        self._client = client
        self._local = local
        self._errand: Errand | None = None
        self._started_at = client.now

    def run(self, _body: bytes) -> None:
        """
        Answer, or ask the backend first.

        Raises:
            StowageError: a parameter is not valid, or the backend is not there.
        """
        credential = self._local.credential
        if credential is None:
            raise errors.UNAUTHORIZED(reason="s3.unsigned")
        _parse_page(self._local)
        if credential.wildcard_backend_id is None:
            self._answer(self._named_buckets())
        else:
            self._ask(credential.wildcard_backend_id)

    def cancel(self) -> None:
        """
        Let go of the backend.
        """
        if self._errand is not None:
            self._errand.cancel()

    def check(self, now: float) -> None:
        """
        Give up when the backend does not answer in time.
        """
        errand = self._errand
        if errand is None or errand.is_waiting_for_connection:
            self._started_at = now
        elif now - self._started_at >= self._client.settings.response_timeout:
            errand.time_out()

    def _named_buckets(self) -> _Listed:
        """
        Return the buckets that the credential names, as far as its principal holds a level there.
        """
        credential = self._local.credential
        assert credential is not None  # noqa: S101  `run` has seen it
        backends = self._client.snapshot.backends
        created = _rfc3339(credential.created_at)
        return {
            name: (created, backends[target.backend_id].region)
            for name, target in credential.buckets.items()
            if target.backend_id in backends and self._sees(target.backend_id, target.bucket)
        }

    def _sees(self, backend_id: str, bucket: str) -> bool:
        return bool(authorize(self._local.principal, _SEE, Resource(backend_id, bucket)))

    def _ask(self, backend_id: str) -> None:
        route = self._client.snapshot.backends.get(backend_id)
        if route is None or not route.is_enabled:
            raise errors.BACKEND_ERROR(reason="backend.gone")
        self._errand = Errand(
            self._client.pool_of(route),
            render_outgoing(Outgoing("GET", ""), route, self._client.wall_now),
            is_idempotent=True,
            max_reply_bytes=MAX_REPLY_BYTES,
            on_reply=lambda reply: self._take_reply(backend_id, route.region, reply),
            on_failure=self._fail,
        )
        self._errand.start()

    def _take_reply(self, backend_id: str, region: str, reply: Reply) -> None:
        if reply.head.status != _OK:
            answer_fault(
                self._client,
                self._local,
                reply.head,
                reply.body,
                keeps_alive=self._client.may_persist,
            )
            return
        try:
            there = parse_bucket_list(reply.body)
        except StowageError:
            self._fail(errors.BACKEND_ERROR(reason="backend.transient"))
            return
        listed = {
            name: (created, region) for name, created in there if self._sees(backend_id, name)
        }
        # A name of its own hides a bucket of the same name on the wildcard's backend.
        self._answer(listed | self._named_buckets())

    def _fail(self, error: StowageError) -> None:
        self._client.refuse(error, keeps_alive=self._client.may_persist)

    def _answer(self, listed: _Listed) -> None:
        client = self._client
        prefix, limit, after = _parse_page(self._local)
        wanted_region = self._local.request.parameters.get("bucket-region")
        names = sorted(
            name
            for name, (_, region) in listed.items()
            if name.startswith(prefix) and name > after and wanted_region in (None, region)
        )
        page = names[:limit]
        document = render_bucket_list(
            ((name, *listed[name]) for name in page),
            owner_id=self._local.principal.user_id or self._local.principal.id,
            prefix=prefix,
            continuation_token=_encode_token(page[-1]) if len(names) > limit else "",
        )
        keeps_alive = client.may_persist
        occasion = Occasion(
            request_id=client.transaction.request_id,
            keeps_alive=keeps_alive,
            headers=client.extra_headers(),
        )
        client.transaction.bytes_out += len(document)
        client.write([render_response(_OK, occasion, (), document)])
        client.end(_OK, keeps_alive=keeps_alive)


def _parse_page(local: Local) -> tuple[str, int, str]:
    """
    Return prefix, page size, and the name after which the page starts.
    """
    request = local.request
    prefix = request.parameters.get("prefix") or ""
    size = request.parameters.get("max-buckets")
    limit = _MAX_BUCKETS if size is None else _parse_limit(size)
    token = request.parameters.get("continuation-token")
    return prefix, limit, "" if not token else _decode_token(token)


def _parse_limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _MAX_BUCKETS):
        raise _invalid("max-buckets")
    return int(text)


def _encode_token(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode("ascii")


def _decode_token(token: str) -> str:
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise _invalid("continuation-token") from error


def _invalid(argument: str) -> StowageError:
    return errors.BAD_REQUEST(reason="s3.argument_invalid", params={"argument": argument})


def _rfc3339(moment: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(moment))
