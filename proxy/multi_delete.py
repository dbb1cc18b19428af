"""
DeleteObjects: every key is authorised by itself.

What is allowed goes upstream; the rest comes back as errors of single keys.
"""

import base64
import hashlib

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.quotas.write import Growth
from app.rbac.levels import Level, level_names
from app.rbac.policy import Action, Decision, Denied, Resource, authorize, is_uniform
from proxy.client_side import ClientSide
from proxy.core.decision import Local
from proxy.core.names import verify_key, verify_segments
from proxy.core.outgoing import Outgoing, render_outgoing
from proxy.delivery import answer_document, answer_fault
from proxy.errand import Errand, Reply
from proxy.errors import Occasion, render_response
from proxy.inquiries import Inquiries
from proxy.metering import Metering, meter_deletion
from proxy.quota_site import Site, charged_by
from proxy.xml import (
    DeleteRequest,
    ObjectToDelete,
    RefusedKey,
    parse_delete_errors,
    parse_delete_request,
    render_delete_request,
    render_delete_result,
)

MAX_REPLY_BYTES = 4 * 1024 * 1024
_OK = 200
_MAX_AUDITED_KEYS = 100
_DELETE = Action("DeleteObject", Level.DELETE)
_DELETE_VERSION = Action("DeleteObject", Level.DELETE_VERSION)
_PASSED_FIELDS = ("x-amz-mfa", "x-amz-bypass-governance-retention", "x-amz-expected-bucket-owner")


class MultiDelete:
    """
    One such request.
    """

    def __init__(self, client: ClientSide, local: Local) -> None:
        self._client = client
        self._local = local
        self._errand: Errand | None = None
        self._inquiries = Inquiries(client)
        self._metering: Metering | None = None
        self._sizes: dict[tuple[str, str], int] = {}
        self._refused: list[RefusedKey] = []
        self._started_at = client.now
        assert local.backend is not None  # noqa: S101  `decide` has found the bucket
        self._is_uniform = is_uniform(local.principal, local.backend.id, local.audited.bucket)
        """No prefix has a say: a verdict holds for every key, with a version or without."""
        self._verdicts: dict[bool, Decision] = {}

    def run(self, body: bytes) -> None:
        """
        Judge every key and ask the backend to delete those that may be.

        Raises:
            StowageError: the document is malformed, or names too many keys.
        """
        request = parse_delete_request(body)
        allowed = tuple(entry for entry in request.objects if self._admits(entry))
        self._note(request)
        if not allowed:
            self._answer(None)
            return
        chosen = DeleteRequest(allowed, request.is_quiet)
        local = self._local
        assert local.backend is not None  # noqa: S101  `decide` has found the bucket
        site = Site(local.backend, local.audited.bucket, charged_by(local.credential))
        if site.is_limited(self._client):
            self._inquiries.begin(self._meter(site, chosen), self._fail)
        else:
            self._ask(chosen)

    async def _meter(self, site: Site, request: DeleteRequest) -> None:
        """
        Find out what each key frees before it is gone.
        """
        entries = [(entry.key, entry.version_id) for entry in request.objects]
        self._metering, self._sizes = await meter_deletion(self._client, site, entries)
        self._ask(request)

    def cancel(self) -> None:
        """
        Let go of the backend.
        """
        self._inquiries.cancel()
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

    def _admits(self, entry: ObjectToDelete) -> bool:
        local = self._local
        assert local.backend is not None  # noqa: S101  `decide` has found the bucket
        names_version = bool(entry.version_id)
        action = _DELETE_VERSION if names_version else _DELETE
        decision = self._verdicts.get(names_version)
        if decision is None:
            resource = Resource(local.backend.id, local.audited.bucket, key=entry.key)
            decision = authorize(local.principal, action, resource)
            if self._is_uniform:
                self._verdicts[names_version] = decision
        if isinstance(decision, Denied):
            self._refuse(entry, _denied(action, decision))
            return False
        try:
            verify_key(entry.key)
            verify_segments(entry.key, local.backend.capabilities)
        except StowageError as error:
            self._refuse(entry, error)
            return False
        return True

    def _refuse(self, entry: ObjectToDelete, error: StowageError) -> None:
        self._refused.append(RefusedKey(entry.key, entry.version_id, error.s3.code, error.message))

    def _note(self, request: DeleteRequest) -> None:
        """
        Put the keys into the audit row, as many as a row can bear.
        """
        detail = self._client.transaction.detail
        detail["requested"] = len(request.objects)
        detail["refused"] = len(self._refused)
        detail["keys"] = [entry.key for entry in request.objects[:_MAX_AUDITED_KEYS]]

    def _ask(self, request: DeleteRequest) -> None:
        local = self._local
        assert local.backend is not None  # noqa: S101  as above
        body = render_delete_request(request)
        head = render_outgoing(
            Outgoing(
                "POST",
                local.audited.bucket,
                parameters=(("delete", ""),),
                fields=self._fields(body),
                payload_sha256=hashlib.sha256(body).hexdigest(),
                payload_length=len(body),
            ),
            local.backend,
            self._client.wall_now,
        )
        self._errand = Errand(
            self._client.pool_of(local.backend),
            head + body,
            is_idempotent=False,
            max_reply_bytes=MAX_REPLY_BYTES,
            on_reply=self._take_reply,
            on_failure=self._fail,
        )
        self._errand.start()

    def _fields(self, body: bytes) -> list[tuple[str, str]]:
        # Content-MD5 is the one integrity header of this operation that every S3 understands.
        digest = hashlib.md5(body, usedforsecurity=False).digest()
        given = self._local.request.headers
        return [
            ("content-md5", base64.b64encode(digest).decode("ascii")),
            ("content-type", "application/xml"),
            *((name, given[name]) for name in _PASSED_FIELDS if name in given),
        ]

    def _take_reply(self, reply: Reply) -> None:
        if self._metering is not None:
            self._metering.answered_with(reply.head, lambda: self._freed(reply.body))
        if reply.head.status == _OK:
            self._answer(reply)
        else:
            answer_fault(
                self._client,
                self._local,
                reply.head,
                reply.body,
                keeps_alive=self._client.may_persist,
            )

    def _freed(self, document: bytes) -> Growth:
        """
        Return what the keys free that the backend does not name as failed.
        """
        failed = parse_delete_errors(document)
        gone = [size for entry, size in self._sizes.items() if entry not in failed]
        return Growth(-sum(gone), -len(gone))

    def _fail(self, error: StowageError) -> None:
        self._client.refuse(error, keeps_alive=self._client.may_persist)

    def _answer(self, reply: Reply | None) -> None:
        client = self._client
        try:
            document = render_delete_result(None if reply is None else reply.body, self._refused)
        except StowageError:
            self._fail(errors.BACKEND_ERROR(reason="backend.transient"))
            return
        keeps_alive = client.may_persist
        if reply is not None:
            route = self._local.backend
            assert route is not None  # noqa: S101  it has answered
            answer_document(client, route, reply.head, document, keeps_alive=keeps_alive)
            return
        occasion = Occasion(
            request_id=client.transaction.request_id,
            keeps_alive=keeps_alive,
            headers=client.extra_headers(),
        )
        client.transaction.bytes_out += len(document)
        client.write([render_response(_OK, occasion, (), document)])
        client.end(_OK, keeps_alive=keeps_alive)


def _denied(action: Action, decision: Denied) -> StowageError:
    levels = ", ".join(level_names(decision.missing))
    return errors.FORBIDDEN(
        reason=decision.reason, params={"action": action.name, "levels": levels}
    )
