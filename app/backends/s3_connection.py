"""
The two aiobotocore clients of one backend, and the one way to call them.

`control` signs bodies and tries again after a failure. `transfer` sends a stream once, unsigned,
so that a part of 64 MiB is neither held nor read twice.
"""

import asyncio
import hashlib
import os
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession
from botocore.handlers import add_expect_header

from app.backends import s3_completion
from app.backends.backend import BackendInfo, UpstreamKey
from app.backends.s3_parsing import StoreParsers
from app.backends.trouble import CallPlace, translated

if TYPE_CHECKING:
    from botocore.awsrequest import AWSRequest
    from types_aiobotocore_s3 import S3Client

CONNECT_SECONDS = 5
READ_SECONDS = 30
MAX_CONNECTIONS = 64
MAX_ATTEMPTS = 3
DRAIN_SECONDS = 60.0

# Our keys and endpoints come from our configuration alone, whatever a ~/.aws of the machine says.
_ISOLATED: dict[str, tuple[None, None, str | None, None]] = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


# A session of botocore is for one thread at a time.
_one_at_a_time = threading.Lock()


class S3Connection:
    """
    An open connection pool to one backend. Made by `open_connection`.
    """

    def __init__(
        self, info: BackendInfo, control: "S3Client", transfer: "S3Client", stack: AsyncExitStack
    ) -> None:
        self.info = info
        self.control = control
        self.transfer = transfer
        self._stack = stack
        self._calls = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @contextmanager
    def call(self, missing: str = "bucket.not_found") -> Iterator[None]:
        """
        Make calls inside the block: errors are translated, and closing waits for the block.

        Args:
            missing: Reason of `not_found` when the backend answers 404 and does not say what.
        """
        self.hold()
        try:
            with translated(CallPlace(self.info.id, missing)):
                yield
        finally:
            self.release()

    def hold(self) -> None:
        """
        Keep the pool open until `release`; a download does so while its body is read.
        """
        self._calls += 1
        self._idle.clear()

    def release(self) -> None:
        """
        Give back what `hold` took.
        """
        self._calls -= 1
        if not self._calls:
            self._idle.set()

    async def close(self, *, drain_seconds: float = DRAIN_SECONDS) -> None:
        """
        Let calls under way end for a while, then close every connection.
        """
        try:
            async with asyncio.timeout(drain_seconds):
                await self._idle.wait()
        except TimeoutError:
            pass
        finally:
            await self._stack.aclose()


async def open_connection(info: BackendInfo, key: UpstreamKey) -> S3Connection:
    """
    Make the clients of a backend, without contacting it.
    """
    stack = AsyncExitStack()
    signing = {"addressing_style": "path" if info.path_style else "virtual"}
    try:
        control = await _open_client(
            stack,
            info,
            key,
            s3=signing,
            retries={"mode": "standard", "total_max_attempts": MAX_ATTEMPTS},
        )
        transfer = await _open_client(
            stack,
            info,
            key,
            s3={**signing, "payload_signing_enabled": False},
            retries={"mode": "standard", "total_max_attempts": 1},
        )
    except BaseException:
        await stack.aclose()
        raise
    # aiohttp would wait for the 100 without end where a server knows nothing of Expect.
    transfer.meta.events.unregister("before-call.s3", add_expect_header)
    return S3Connection(info, control, transfer, stack)


@cache
def _session() -> AioSession:
    """
    Return the one session of the process: it reads S3's model only once.
    """
    session = AioSession(session_vars=_ISOLATED)
    session.register_component("response_parser_factory", StoreParsers())
    return session


async def _open_client(
    stack: AsyncExitStack,
    info: BackendInfo,
    key: UpstreamKey,
    **options: Any,  # noqa: ANN401  botocore's own options, handed on
) -> "S3Client":
    config = AioConfig(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        max_pool_connections=MAX_CONNECTIONS,
        signature_version="s3v4",
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        user_agent="stowage",
        **options,
    )
    made = await asyncio.to_thread(
        _make_client,
        region_name=info.region,
        endpoint_url=info.endpoint,
        aws_access_key_id=key.access_key,
        aws_secret_access_key=key.secret_key,
        aws_session_token=key.session_token or None,
        verify=info.ca_file or True,
        config=config,
    )
    client: S3Client = await stack.enter_async_context(made)
    client.meta.events.register("before-sign.s3", _add_content_md5)
    client.meta.events.register(s3_completion.EVENT, s3_completion.send_body)
    return client


def _make_client(**options: Any) -> Any:  # noqa: ANN401  botocore's own options, and its client
    """
    Return a client that is not open yet. To be run in a thread.

    The first one reads the model of S3, a third of a second; each other takes twenty milliseconds.
    No connection is made, so that the loop that it is made in need not be the one that uses it.
    """
    with _one_at_a_time:
        making = _session()._create_client("s3", **options)  # type: ignore[attr-defined]  # noqa: SLF001  the stubs leave out what is private; all else would open it here
        return asyncio.run(making)


def _add_content_md5(request: "AWSRequest", **_: object) -> None:
    """
    Send Content-MD5 beside the CRC wherever S3 demands one of the two.

    Servers from before 2020 know only the MD5; the newer checksum alone is refused there.
    """
    has_checksum = any(name.lower().startswith("x-amz-checksum-") for name in request.headers)
    body: Any = request.body  # the stubs say text, botocore gives bytes
    if has_checksum and isinstance(body, bytes) and "Content-MD5" not in request.headers:
        digest = hashlib.md5(body, usedforsecurity=False).digest()
        request.headers["Content-MD5"] = b64encode(digest).decode()
