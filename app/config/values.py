"""
The kinds of value that configuration keys hold, each parsed and checked in one place.

A value is written as the reference writes it (`1h30m`, `:8080`, `10.0.0.0/8`) and held as what
the program needs. Validators raise `ValueError` with a sentence for the person who wrote the file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Annotated, Any, TypeVar

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
    WithJsonSchema(
        {
            "type": ["string", "integer"],
            "pattern": r"^-?(0|([0-9.]+(ns|us|µs|ms|s|m|h))+)$",
            "minimum": 0,  # of numbers only 0, which is 0 in any unit
            "maximum": 0,
        }
    ),
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

Document = Mapping[str, Any]
"""A setting in the words of S3 that is handed on as it stands."""


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


NO_KUBERNETES = without_effect("Kubernetes is not supported yet")
"""Marks what only an operator would read."""
