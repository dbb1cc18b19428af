"""
The kinds of value that configuration keys hold, each parsed and checked in one place.

A value is written as the reference writes it (`1h30m`, `:8080`, `10.0.0.0/8`) and held as what
the program needs. Validators raise `ValueError` with a sentence for the person who wrote the file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Annotated, Any, Literal, TypeVar, get_args
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

T = TypeVar("T")

_DURATION_PART = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h)")
_UNIT_SECONDS = {
    "ns": 1e-9,
    "us": 1e-6,
    "µs": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "m": 60.0,
    "h": 3600.0,
}
_FLAG_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_HOST_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)
_MAX_PORT = 65535
_MAX_HOST_LENGTH = 253


class Section(BaseModel):
    """
    One mapping of the configuration: frozen, strict about types, closed to unknown keys.

    The docstring under a field is its description in the schema and in the reference page.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )


@dataclass(frozen=True, slots=True)
class ListenAddress:
    """
    A host and a port to listen on. An empty host means every interface.
    """

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """
        Tell whether only this machine can reach the address.
        """
        if self.host == "localhost":
            return True
        return is_address(self.host) and ip_address(self.host).is_loopback

    @property
    def is_every_interface(self) -> bool:
        """
        Tell whether the address stands for all interfaces of the machine.
        """
        return self.host in ("", "0.0.0.0", "::")  # noqa: S104  compared, not bound

    def overlaps(self, other: "ListenAddress") -> bool:
        """
        Tell whether binding both would fail, however they are spelled. Port 0 never collides.
        """
        if self.port != other.port or self.port == 0:
            return False
        is_wild = self.is_every_interface or other.is_every_interface
        return is_wild or self.host == other.host or (self.is_loopback and other.is_loopback)


def is_address(text: str) -> bool:
    """
    Tell whether the text is an IPv4 or IPv6 address, IPv6 without brackets.
    """
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_host(text: str) -> bool:
    """
    Tell whether the text is an address or a host name as RFC 1123 has it, underscores allowed.
    """
    if is_address(text):
        return True
    labels = text.split(".")
    return len(text) <= _MAX_HOST_LENGTH and all(_HOST_LABEL.fullmatch(part) for part in labels)


def parse_listen_address(text: str) -> ListenAddress:
    """
    Read `host:port`, `:port` or `[::1]:port`.

    Raises:
        ValueError: it is none of these.
    """
    host, separator, port = text.strip().rpartition(":")
    if not separator or not port.isascii() or not port.isdigit() or int(port) > _MAX_PORT:
        raise ValueError("write host:port, for example 127.0.0.1:8080 or :8080")
    is_bracketed = host.startswith("[") and host.endswith("]")
    bare = host[1:-1] if is_bracketed else host
    if ":" in bare and not is_bracketed:
        raise ValueError("an IPv6 address needs brackets, for example [::1]:8080")
    if bare and not is_host(bare):
        raise ValueError(f"{bare} is neither an address nor a host name")
    return ListenAddress(bare, int(port))


def parse_duration(text: str) -> float:
    """
    Read a duration such as `10s`, `1h30m`, `500ms` or `0` and return seconds.

    Raises:
        ValueError: a number without unit, an unknown unit, or no number at all.
    """
    sign = -1.0 if text.startswith("-") else 1.0
    rest = text.removeprefix("-")
    if rest == "0":
        return 0.0
    parts = _DURATION_PART.findall(rest)
    if not parts or "".join(number + unit for number, unit in parts) != rest:
        raise ValueError("write a duration with a unit, for example 30s, 15m or 1h30m")
    return sign * sum(float(number) * _UNIT_SECONDS[unit] for number, unit in parts)


def render_duration(seconds: float) -> str:
    """
    Write seconds the way `parse_duration` reads them, in the largest units that fit.
    """
    if seconds == 0:
        return "0"
    if seconds < 0:
        return "-" + render_duration(-seconds)
    whole = int(seconds)
    if whole != seconds:
        return f"{seconds:.9f}".rstrip("0").rstrip(".") + "s"
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    parts = ((hours, "h"), (minutes, "m"), (left, "s"))
    return "".join(f"{count}{unit}" for count, unit in parts if count)


def _duration(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("write a duration with a unit, for example 30s, 15m or 1h30m")  # noqa: TRY004  pydantic reports ValueError only
    if isinstance(value, str):
        return parse_duration(value.strip())
    if isinstance(value, int) and value != 0:
        raise ValueError(f"give {value} a unit, for example {value}s")
    return float(value) if isinstance(value, int) else value


def _positive(value: float) -> float:
    if value <= 0:
        raise ValueError("must be longer than 0")
    return value


def _not_negative(value: float) -> float:
    if value < 0:
        raise ValueError("must not be negative")
    return value


Duration = Annotated[
    float,
    BeforeValidator(_duration),
    PlainSerializer(render_duration, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?(0|([0-9.]+(ns|us|µs|ms|s|m|h))+)$"}),
]
"""Seconds; written with a unit. May be negative where a key gives that a meaning."""
PositiveDuration = Annotated[Duration, AfterValidator(_positive)]
"""Seconds, more than 0."""
DurationOrZero = Annotated[Duration, AfterValidator(_not_negative)]
"""Seconds; 0 is what the key says it is."""


def _flag(value: object) -> object:
    # Go's YAML reader, which the reference uses, takes YAML 1.1's yes and off for a boolean key.
    return _FLAG_WORDS.get(value.lower(), value) if isinstance(value, str) else value


Flag = Annotated[bool, BeforeValidator(_flag)]
"""A boolean; yes, no, on and off are understood."""


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Items = Annotated[tuple[T, ...], BeforeValidator(_as_tuple)]
"""A YAML list, held as a tuple."""


def _real(value: object) -> object:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


Rate = Annotated[float, BeforeValidator(_real), Field(ge=0, allow_inf_nan=False)]
"""A number of 0 or more a second."""
Share = Annotated[float, BeforeValidator(_real), Field(ge=0, le=1, allow_inf_nan=False)]
"""A part of the whole, 0 to 1."""
Count = Annotated[int, Field(ge=0, le=2**53)]
"""A whole number of 0 or more."""
PositiveCount = Annotated[int, Field(ge=1, le=2**53)]
"""A whole number of 1 or more."""


def _listen(value: str) -> str:
    parse_listen_address(value)
    return value.strip()


def _listen_or_empty(value: str) -> str:
    return _listen(value) if value.strip() else ""


Listen = Annotated[str, AfterValidator(_listen)]
"""`host:port`; see `parse_listen_address`."""
ListenOrEmpty = Annotated[str, AfterValidator(_listen_or_empty)]
"""As `Listen`; empty switches the listener off."""


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


def _moment(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("write a time such as 2026-05-01T12:00:00Z") from None
    if moment.tzinfo is None:
        raise ValueError("give the time a zone, for example 2026-05-01T12:00:00Z")
    return moment


Moment = Annotated[datetime, BeforeValidator(_moment)]
"""A time with its zone, RFC 3339."""

_BACKEND_ID = r"[a-z0-9][a-z0-9_-]{0,63}"
_RESERVED_IDS = ("health", "test")
_BUCKET = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_ACCESS_KEY = r"[A-Za-z0-9._-]{3,128}"


def _backend_id(value: str) -> str:
    if not re.fullmatch(_BACKEND_ID, value):
        raise ValueError(f"{value!r} is no id: use 1 to 64 of a-z, 0-9, - and _")
    if value in _RESERVED_IDS:
        raise ValueError(f"the id {value!r} is reserved")
    return value


def _bucket(value: str) -> str:
    if not re.fullmatch(_BUCKET, value) or ".." in value:
        raise ValueError(f"{value!r} is no bucket name: use 3 to 63 of a-z, 0-9, - and .")
    return value


def _access_key(value: str) -> str:
    if not re.fullmatch(_ACCESS_KEY, value):
        raise ValueError("use 3 to 128 letters, digits, ., _ and -")
    return value


BackendIdText = Annotated[
    str, AfterValidator(_backend_id), Field(json_schema_extra={"pattern": f"^{_BACKEND_ID}$"})
]
"""The id of a backend."""
BucketText = Annotated[
    str, AfterValidator(_bucket), Field(json_schema_extra={"pattern": f"^{_BUCKET}$"})
]
"""The name of a bucket."""
AccessKeyText = Annotated[
    str, AfterValidator(_access_key), Field(json_schema_extra={"pattern": f"^{_ACCESS_KEY}$"})
]
"""An access key id."""
Name = Annotated[str, Field(min_length=1, max_length=128)]
"""A name that is not empty."""

# The same words stand in `app.rbac.levels`, a layer that this one may not import; a test compares.
RoleName = Literal["admin", "user", "readonly"]
RoleOrNone = Literal["", "admin", "user", "readonly"]
PresetName = Literal["readonly", "readwrite", "append-only", "drop-box", "full"]
LevelName = Literal["list", "read", "write", "delete", "delete-version", "configure"]

Document = Mapping[str, Any]
"""A setting in the words of S3 that is handed on as it stands."""


def _access(value: object) -> str | tuple[str, ...]:
    if isinstance(value, str):
        _check_word(value, get_args(PresetName), "preset")
        return value
    if not isinstance(value, list | tuple) or not value:
        raise ValueError("give a preset's name or a list of levels")
    for level in value:
        _check_word(level, get_args(LevelName), "level")
    return tuple(value)


def _check_word(word: object, allowed: tuple[str, ...], kind: str) -> None:
    if word not in allowed:
        raise ValueError(f"{word!r} is no {kind}; use {', '.join(allowed)}")


AccessText = Annotated[
    str | tuple[str, ...],
    BeforeValidator(_access),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": list(get_args(PresetName))},
                {"type": "array", "minItems": 1, "items": {"enum": list(get_args(LevelName))}},
            ]
        }
    ),
]
"""A preset's name, or a list of levels."""


@dataclass(frozen=True, slots=True)
class SecretSource:
    """
    Where a secret is read from at use: a variable's name, a file's path, or neither.
    """

    env: str = ""
    file: str = ""
    plain: str = ""
    """The value itself; only for the two URLs, and only without a password in it."""

    @property
    def is_set(self) -> bool:
        """
        Tell whether the configuration names a source at all.
        """
        return bool(self.env or self.file or self.plain)


def restart() -> dict[str, Any]:
    """
    Mark a key that takes effect only at the next start.
    """
    return {"x-restart": True}


def without_effect(why: str) -> dict[str, Any]:
    """
    Mark a key of the reference that is accepted and changes nothing here.
    """
    return {"x-without-effect": why}
