"""
Whether a browser's request comes from the dashboard itself.

Browsers attach `Origin` to every request that changes something and, the newer ones,
`Sec-Fetch-Site` to every request at all; scripts can set neither. A client that sends neither is
no browser, or one that also would not have sent our cookie across sites (`SameSite=Lax`).
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from app.errors import registry as errors

_OWN_SITES = frozenset({"same-origin", "none"})
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


@dataclass(frozen=True, slots=True)
class OwnOrigin:
    """
    The dashboard's own origin: its public address, or the Host of the request where none is set.
    """

    public_url: str = ""

    def verify(self, headers: Headers) -> None:
        """
        Let the request pass if it names our origin or none.

        Raises:
            StowageError: `source_untrusted`, reason `source.site` or `source.origin`.
        """
        site = headers.get("sec-fetch-site")
        if site is not None and site.lower() not in _OWN_SITES:
            raise errors.SOURCE_UNTRUSTED(reason="source.site")
        origin = headers.get("origin")
        if origin is not None and not self._is_own(origin, headers.get("host", "")):
            raise errors.SOURCE_UNTRUSTED(reason="source.origin")

    def _is_own(self, origin: str, host: str) -> bool:
        if self.public_url:
            return _origin(origin) == _origin(self.public_url)
        # Without a public address the scheme that the browser sees is unknown behind a proxy that
        # terminates TLS, so host and port decide.
        scheme, authority = _origin(origin)
        return bool(authority) and authority == _authority(host.lower(), scheme)


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url.strip().lower())
    except ValueError:
        return ("", "")
    if parts.scheme not in _DEFAULT_PORTS:
        return ("", "")
    return (parts.scheme, _authority(parts.netloc, parts.scheme))


def _authority(netloc: str, scheme: str) -> str:
    return netloc.removesuffix(_DEFAULT_PORTS[scheme]) if scheme in _DEFAULT_PORTS else netloc
