"""
Operations that are answered here: their small bodies are collected, then one function answers.

What a row of the operation table leaves to the proxy and no function here answers is refused as
`operation.later`; nothing passes silently.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.snapshot.values import BucketTarget
from proxy.body import Intake
from proxy.bucket_list import ListBuckets
from proxy.client_side import Carrier, ClientSide
from proxy.copy_across import CopyAcross
from proxy.core.cors import answer_preflight
from proxy.core.decision import Forward, Local
from proxy.cors_change import CorsChange
from proxy.errors import Occasion, render_response
from proxy.http import CONTINUE
from proxy.multi_delete import MultiDelete
from proxy.post_object import PostObject
from proxy.visible_listing import VisibleListing
from proxy.xml import render_cors_configuration

MAX_BODY_BYTES = 2 * 1024 * 1024
"""A thousand keys of 1024 bytes, escaped, with their elements."""
_OK = 200
_NO_CONTENT = 204
_UNAVAILABLE = 503


class Task(Protocol):
    """
    What is done once the body is there.
    """

    def run(self, body: bytes) -> None:
        """
        Answer, or begin what will.
        """
        ...

    def cancel(self) -> None:
        """
        Give up: the client is gone.
        """
        ...

    def check(self, now: float) -> None:
        """
        Look whether anything still moves.
        """
        ...


class Collector:
    """
    Collects the body of a `Local`, or of a `Forward` that is judged as a whole.
    """

    def __init__(self, client: ClientSide, local: Local | Forward, task: Task) -> None:
        self._client = client
        self._local = local
        self._task = task
        self._intake = Intake(local.body)
        self._body = bytearray()
        self._progress = 0
        self._progressed_at = client.now

    @property
    def wants_body(self) -> bool:
        """
        Tell whether the body goes on.
        """
        return not self._intake.is_complete

    def start(self, data: bytes) -> bytes:
        """
        Begin with what came behind the head; return what lies behind the body.
        """
        wire_length = self._local.body.wire_length
        if wire_length is not None and wire_length > MAX_BODY_BYTES:
            self._refuse(_too_large())
            return b""
        if self._local.expects_continue and not data and wire_length != 0:
            self._client.write([CONTINUE])
        return self.body_received(data)

    def body_received(self, data: bytes) -> bytes:
        """
        Keep more of the body; answer at its end; return what lies behind it.
        """
        intake = self._intake
        try:
            self._body += intake.take(data)
        except StowageError as error:
            self._refuse(error)
            return b""
        self._client.transaction.bytes_in += len(data) - len(intake.leftover)
        if len(self._body) > MAX_BODY_BYTES:
            self._refuse(_too_large())
        elif intake.is_complete:
            self._run()
        return intake.leftover

    def _run(self) -> None:
        try:
            self._task.run(bytes(self._body))
        except StowageError as error:
            self._refuse(error)

    def client_lost(self) -> None:
        """
        Give up.
        """
        self._task.cancel()

    def client_paused(self) -> None:
        """
        Nothing to do: an answer of ours is written in one piece.
        """

    def client_resumed(self) -> None:
        """
        Nothing to do: see `client_paused`.
        """

    def check(self, now: float) -> None:
        """
        Refuse a body that does not go on.
        """
        if self._intake.is_complete:
            self._task.check(now)
            return
        bytes_in = self._client.transaction.bytes_in
        if bytes_in != self._progress or self._client.is_paced:
            self._progress = bytes_in
            self._progressed_at = now
        elif now - self._progressed_at >= self._client.settings.idle_timeout:
            self._refuse(errors.BAD_REQUEST(reason="s3.request_timeout"))

    def _refuse(self, error: StowageError) -> None:
        keeps_alive = self._client.may_persist and self._intake.is_complete
        self._client.refuse(error, keeps_alive=keeps_alive)


class Simple:
    """
    A task that answers at once.
    """

    def __init__(self, answer: Callable[[], None]) -> None:
        self._answer = answer

    def run(self, _body: bytes) -> None:
        """
        Answer.
        """
        self._answer()

    def cancel(self) -> None:
        """
        Nothing runs.
        """

    def check(self, now: float) -> None:
        """
        Nothing waits.
        """


def open_local(client: ClientSide, local: Local) -> Carrier:
    """
    Return who carries a local answer out.

    Raises:
        StowageError: it is refused without a look at its body.
    """
    operation = local.audited.operation
    if operation == "CreateBucket":
        # rclone, restic, Terraform and Spark create first and take this answer for "it is there".
        raise errors.CONFLICT(reason="bucket.owned_by_you")
    if operation == "PostObject":
        return PostObject(client, local)
    open_task = _TASKS.get(operation)
    if open_task is None:
        raise errors.NOT_SUPPORTED(reason="operation.later", params={"operation": operation})
    return Collector(client, local, open_task(client, local))


def _too_large() -> StowageError:
    return errors.TOO_LARGE(reason="body.limit", params={"limit": MAX_BODY_BYTES})


def _open_get_cors(client: ClientSide, local: Local) -> Task:
    def answer() -> None:
        target = BucketTarget(local.audited.backend_id, local.audited.bucket)
        rules = client.snapshot.cors.get(target)
        if not rules:
            raise errors.NOT_FOUND(reason="cors.not_configured")
        document = render_cors_configuration(rules)
        _send(client, local, _Own(_OK, document, client.extra_headers()))

    return Simple(answer)


def _open_preflight(client: ClientSide, local: Local) -> Task:
    def answer() -> None:
        fields = answer_preflight(local.request, client.snapshot)
        if fields is None:
            raise errors.FORBIDDEN(reason="cors.refused")
        _send(client, local, _Own(_NO_CONTENT, b"", fields))

    return Simple(answer)


def _open_healthz(client: ClientSide, local: Local) -> Task:
    return Simple(lambda: _send_text(client, local, _OK, b"ok\n"))


def _open_readyz(client: ClientSide, local: Local) -> Task:
    def answer() -> None:
        if client.is_ready:
            _send_text(client, local, _OK, b"ready\n")
        else:
            _send_text(client, local, _UNAVAILABLE, b"not ready\n")

    return Simple(answer)


def _send_text(client: ClientSide, local: Local, status: int, text: bytes) -> None:
    headers = (("Cache-Control", "no-store"),)
    _send(client, local, _Own(status, text, headers, "text/plain"))


@dataclass(frozen=True, slots=True)
class _Own:
    """
    An answer of our own.
    """

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]
    content_type: str = "application/xml"


def _send(client: ClientSide, local: Local, own: _Own) -> None:
    keeps_alive = client.may_persist
    occasion = Occasion(
        request_id=client.transaction.request_id,
        is_head=local.request.method == "HEAD",
        keeps_alive=keeps_alive,
        headers=own.headers,
    )
    client.transaction.bytes_out += len(own.body)
    client.write([render_response(own.status, occasion, (), own.body, own.content_type)])
    client.end(own.status, keeps_alive=keeps_alive)


_TASKS: dict[str, Callable[[ClientSide, Local], Task]] = {
    "ListBuckets": ListBuckets,
    "GetBucketCors": _open_get_cors,
    "PutBucketCors": CorsChange,
    "DeleteBucketCors": CorsChange,
    "Healthz": _open_healthz,
    "Readyz": _open_readyz,
    "CORSPreflight": _open_preflight,
    "CopyObject": CopyAcross,
    "DeleteObjects": MultiDelete,
    "ListMultipartUploads": VisibleListing,
    "ListObjectVersions": VisibleListing,
    "ListObjects": VisibleListing,
    "ListObjectsV2": VisibleListing,
    "UploadPartCopy": CopyAcross,
}
