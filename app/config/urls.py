"""
URLs, hosts and networks as configuration keys hold them.
"""

from ipaddress import ip_address, ip_network
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

from app.config.values import is_address, is_host


def _network(value: str) -> str:
    try:
        return str(ip_network(value.strip(), strict=False))
    except ValueError:
        raise ValueError(f"{value!r} is neither an address nor a network") from None


Network = Annotated[str, AfterValidator(_network)]
"""A CIDR block or a single address."""


def parse_web_url(text: str) -> str:
    """
    Return an http or https URL without its trailing slash.

    Raises:
        ValueError: no scheme or host, a bad port, or a query, fragment or user information.
    """
    # urlsplit drops line breaks and tabs silently; what we keep must be what was checked.
    if any(character <= " " or character == "\x7f" for character in text):
        raise ValueError("must hold no spaces and no control characters")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https"):
        raise ValueError("must start with http:// or https://")
    if not parts.hostname or not is_host(parts.hostname):
        raise ValueError("names no valid host")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("must hold no user, query or fragment")
    _check_port(parts.port)
    return text.rstrip("/")


def _check_port(port: int | None) -> None:
    if port == 0:
        raise ValueError("port 0 is no port to connect to")


def parse_endpoint(text: str) -> str:
    """
    Return the endpoint of a backend: scheme, host and at most a port, no trailing slash.

    Raises:
        ValueError: as `parse_web_url`, or there is a path.
    """
    url = parse_web_url(text.strip())
    if urlsplit(url).path:
        raise ValueError("must hold no path")
    return url


def is_safe_url(text: str) -> bool:
    """
    Tell whether nobody on the way can alter what is said at this URL: https, or this machine.
    """
    parts = urlsplit(text)
    host = parts.hostname or ""
    is_here = host == "localhost" or (is_address(host) and ip_address(host).is_loopback)
    return parts.scheme != "http" or is_here


def _web_url(value: str) -> str:
    return parse_web_url(value.strip()) if value.strip() else ""


def _endpoint(value: str) -> str:
    return parse_endpoint(value) if value.strip() else ""


WebUrl = Annotated[str, AfterValidator(_web_url)]
"""An http or https URL, or empty."""
Endpoint = Annotated[str, AfterValidator(_endpoint)]
"""An http or https URL without a path, or empty."""


def _host_suffix(value: str) -> str:
    suffix = value.strip().lower().removeprefix(".")
    if suffix and not is_host(suffix):
        raise ValueError(f"{value!r} is no host name; give it without scheme and port")
    return suffix


HostSuffix = Annotated[str, AfterValidator(_host_suffix)]
"""A host name in lower case; a leading dot is dropped."""


def _host_and_port(value: str) -> str:
    text = value.strip()
    if not text:
        return ""
    if any(character in text for character in "/?#@"):
        raise ValueError("give a bare host or host:port, without scheme or path")
    parts = urlsplit("//" + text)
    if not parts.hostname or not is_host(parts.hostname):
        raise ValueError(f"{text!r} is no host name")
    _check_port(parts.port)
    return text.lower()


HostAndPort = Annotated[str, AfterValidator(_host_and_port)]
"""`host` or `host:port`, or empty."""
