"""
What is asked of the provider over HTTP, and what its failures mean here.
"""

from collections.abc import Mapping
from typing import Any

import httpx
import structlog

from app.errors import registry as errors
from app.errors.raised import StowageError

MAX_ANSWER_BYTES = 1_000_000

_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_log = structlog.get_logger(__name__)


class ProviderHttp:
    """
    Requests that expect a JSON object.

    Redirects are not followed: each address is the provider's own word.
    """

    def __init__(self) -> None:
        self._client = httpx.AsyncClient(timeout=_TIMEOUT, follow_redirects=False)

    async def get(
        self, url: str, *, reason: str, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """
        Return the answer of an address.

        Raises:
            StowageError: `oidc_failed` with the reason: no answer, none of success, or no JSON.
        """
        status, answer = await self._ask("GET", url, reason, headers=headers)
        if status != httpx.codes.OK:
            raise _failed(reason, f"status {status}")
        return answer

    async def post(
        self, url: str, form: Mapping[str, str], *, reason: str, auth: httpx.BasicAuth | None
    ) -> tuple[bool, dict[str, Any]]:
        """
        Send a form; return whether the provider agreed, and its answer.

        Raises:
            StowageError: `oidc_failed` with the reason: no answer, or no JSON.
        """
        status, answer = await self._ask("POST", url, reason, data=dict(form), auth=auth)
        return status == httpx.codes.OK, answer

    async def close(self) -> None:
        """
        Close every connection.
        """
        await self._client.aclose()

    async def _ask(
        self,
        method: str,
        url: str,
        reason: str,
        **more: Any,  # noqa: ANN401  arguments of httpx's own
    ) -> tuple[int, dict[str, Any]]:
        try:
            async with self._client.stream(method, url, **more) as answer:
                body = await _read(answer)
            found = httpx.Response(200, content=body).json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            # What goes wrong between us and the provider is for the operator, not for strangers.
            raise _failed(reason, f"{type(error).__name__}: {error}") from error
        if not isinstance(found, dict):
            raise _failed(reason, "the answer is no JSON object")
        return answer.status_code, found


async def _read(answer: httpx.Response) -> bytes:
    body = b""
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise ValueError("the answer is too long")
    return body


def _failed(reason: str, problem: str) -> StowageError:
    _log.warning("the identity provider failed us", reason=reason, problem=problem)
    return errors.OIDC_FAILED(reason=reason)
