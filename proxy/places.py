"""
Buckets that a backend has elsewhere: in another region, at another of its endpoints.

AWS: "Making requests to Amazon S3: Request redirection and the REST API"; Ceph's zone groups and
others answer alike. Where a bucket is, is believed within the backend's own domain alone, so that
no answer can lead a body to a stranger.
"""

import ipaddress
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import structlog
from msgspec.structs import replace as replace_struct

from app.errors.raised import StowageError
from app.snapshot.values import BackendRoute, BucketTarget
from proxy.core.decision import Forward, Local
from proxy.core.outgoing import find_place, find_signed, render_signed
from proxy.response import ResponseHead
from proxy.xml import children, parse_document

LEADS_ELSEWHERE = frozenset({301, 302, 307, 308, 400})
"""400 is `AuthorizationHeaderMalformed`, which names the region to sign for."""
TEMPORARY_SECONDS = 600.0
"""How long a temporary redirect is followed without asking again."""
MAX_PLACES = 4096
"""Then it begins anew; each is found out again by one answer."""
_TEMPORARY = frozenset({302, 307})
_BAD_REQUEST, _NOT_FOUND = 400, 404
_NO_SUCH_BUCKET = b"<Code>NoSuchBucket</Code>"
_WRONG_REGION = "AuthorizationHeaderMalformed"
_REGION_HEADER = b"x-amz-bucket-region"
_REGION = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_AWS = re.compile(
    r"s3(?P<kind>(?:-fips)?(?:\.dualstack)?)(?:[.-](?P<region>[a-z]{2}(?:-[a-z]+)+-[0-9]+))?"
    r"(?P<domain>\.amazonaws\.com(?:\.cn)?)"
)
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_WRITTEN_ANEW = frozenset(
    {
        *("host", "x-amz-date", "x-amz-content-sha256", "authorization"),
        *("content-length", "transfer-encoding"),
    }
)
_log = structlog.get_logger("proxy")


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where a bucket is.
    """

    region: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class _Known:
    home: BackendRoute
    """The backend as it was set up when it said so."""
    place: Place
    ends_at: float
    """From then on it is asked again."""


class Places:
    """
    What backends have told of their buckets; each worker learns it by itself.
    """

    def __init__(self) -> None:
        self._known: dict[BucketTarget, _Known] = {}
        self.has_any = False
        """False for nearly every worker: then no request is looked at."""

    def learn(
        self,
        home: BackendRoute,
        asked: BackendRoute,
        bucket: str,
        answer: tuple[ResponseHead, bytes],
        now: float,
    ) -> BackendRoute | None:
        """
        Take a backend's answer; return the way to the bucket if it is another one from now on.

        Args:
            home: The backend as it is set up.
            asked: Where the request went to.
            bucket: The name it has there.
            answer: Head and body, which is empty for HEAD.
            now: Seconds of the loop's clock.
        """
        head, document = answer
        if head.status == _NOT_FOUND and _NO_SUCH_BUCKET in document:
            self._forget(BucketTarget(home.id, bucket))
        if head.status not in LEADS_ELSEWHERE or not bucket:
            return None
        place = read_place(home, bucket, head, document)
        if place is None or place == Place(asked.region, asked.host, asked.port):
            return None
        if len(self._known) >= MAX_PLACES:
            self._known.clear()
        ends_at = now + TEMPORARY_SECONDS if head.status in _TEMPORARY else math.inf
        self._known[BucketTarget(home.id, bucket)] = _Known(home, place, ends_at)
        self.has_any = True
        _log.warning(
            "a backend has a bucket elsewhere; with its region or endpoint there is no detour",
            backend=home.id,
            bucket=bucket,
            region=place.region,
            host=place.host,
        )
        return self.find(home, bucket, now)

    def find(self, home: BackendRoute, bucket: str, now: float) -> BackendRoute:
        """
        Return the way to a bucket: the route itself, unless the backend has said otherwise.
        """
        known = self._known.get(BucketTarget(home.id, bucket))
        if known is None or now >= known.ends_at:
            return home
        place = known.place
        is_away = (place.host, place.port) != (home.host, home.port)
        elsewhere = f"@{place.host}:{place.port}" if is_away else ""
        return replace(
            home, region=place.region, host=place.host, port=place.port, elsewhere=elsewhere
        )

    def aim(self, answer: Forward | Local, now: float, moment: float) -> Forward | Local:
        """
        Return the answer on its way to where the bucket is.

        Args:
            answer: What `decide` says, which knows of homes alone.
            now: Seconds of the loop's clock.
            moment: Seconds since the epoch, for the signature.
        """
        home = answer.backend
        if home is None:
            return answer
        route = self.find(home, answer.audited.bucket, now)
        if isinstance(answer, Forward):
            return answer if route is home else redirect(answer, route, moment)
        source = answer.foreign_source
        if source is not None:
            there = self.find(source.backend, source.bucket, now)
            source = replace(source, backend=there)
        return replace_struct(answer, backend=route, foreign_source=source)

    def keep(self, backends: Mapping[str, BackendRoute]) -> None:
        """
        Forget what was said by backends that are set up otherwise now.
        """
        self._known = {
            target: known
            for target, known in self._known.items()
            if _is_set_up_alike(known.home, backends.get(target.backend_id))
        }
        self.has_any = bool(self._known)

    def _forget(self, target: BucketTarget) -> None:
        """
        Ask at home again: the bucket is not where it was said to be.
        """
        self._known.pop(target, None)
        self.has_any = bool(self._known)


def redirect(forward: Forward, route: BackendRoute, moment: float) -> Forward:
    """
    Return the same request to another place of its backend, signed anew.
    """
    lines = forward.head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    method, target, _ = lines[0].split(" ")
    path, _, query = target.partition("?")
    fields = dict(line.split(": ", 1) for line in lines[1:])
    host, _ = find_place(forward.audited.bucket, route)
    passed = {name: value for name, value in fields.items() if name not in _WRITTEN_ANEW}
    head = render_signed(
        method,
        (host, path, query),
        passed,
        find_signed(tuple(passed)),
        fields["x-amz-content-sha256"],
        None if "transfer-encoding" in fields else int(fields.get("content-length", "0")),
        route,
        moment,
    )
    return replace_struct(forward, backend=route, head=head)


def names_region(head: ResponseHead, route: BackendRoute) -> bool:
    """
    Tell whether an answer to HEAD says by its status and a header that the region is another one.
    """
    if head.status != _BAD_REQUEST:
        return False
    region = head.find(_REGION_HEADER)
    return region is not None and region.decode("latin-1") != route.region


def read_place(
    home: BackendRoute, bucket: str, head: ResponseHead, document: bytes
) -> Place | None:
    """
    Return where an answer says that the bucket is; `None` where it says nothing to be believed.
    """
    told = _read_fields(document)
    if head.status == _BAD_REQUEST and document and told.get("Code") != _WRONG_REGION:
        return None
    region = (head.find(_REGION_HEADER) or b"").decode("latin-1") or told.get("Region", "")
    named = "" if head.status == _BAD_REQUEST else _find_named(home, head, told)
    if not region and not named:
        return None
    if region and _REGION.fullmatch(region) is None:
        return None
    return _locate(home, region, named.removeprefix(f"{bucket}."))


def _read_fields(document: bytes) -> dict[str, str]:
    try:
        root = parse_document(document, "Error")
    except StowageError:
        return {}
    return {name: (child.text or "").strip() for name, child in children(root)}


def _find_named(home: BackendRoute, head: ResponseHead, told: Mapping[str, str]) -> str:
    """
    Return the host, maybe with a port, that an answer names; empty where it names none.

    A place without TLS is none for a backend with it, nor the other way round.
    """
    location = (head.find(b"location") or b"").decode("latin-1")
    scheme, mark, rest = location.partition("://")
    if mark and scheme.lower() == home.scheme:
        return re.split(r"[/?#]", rest, maxsplit=1)[0].lower()
    return "" if mark else told.get("Endpoint", "").lower()


def _locate(home: BackendRoute, region: str, named: str) -> Place | None:
    """
    Return the place, within the home's own domain.
    """
    aws = _AWS.fullmatch(home.host)
    if aws is not None:
        # Amazon's own names: only the region is taken from the answer.
        there = _AWS.fullmatch(named)
        region = region or (there["region"] or "" if there else "")
        return (
            Place(region, f"s3{aws['kind']}.{region}{aws['domain']}", home.port) if region else None
        )
    if not named:
        return Place(region, home.host, home.port)
    address = _split_port(named, home)
    if address is None or not _is_akin(home.host, address[0]):
        return None
    return Place(region or home.region, *address)


def _split_port(named: str, home: BackendRoute) -> tuple[str, int] | None:
    default = 443 if home.scheme == "https" else 80
    try:
        parts = urlsplit(f"//{named}")
        host, port = parts.hostname or "", parts.port or default
    except ValueError:
        return None
    return None if "@" in named or not host else (host, port)


def _is_akin(home: str, host: str) -> bool:
    """
    Tell whether a host is the backend's own, or another one of its domain.
    """
    if host == home:
        return True
    if _HOST.fullmatch(host) is None or _is_address(home) or _is_address(host):
        return False
    _, _, domain = home.partition(".")
    return domain.count(".") > 0 and host.endswith(f".{domain}")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_set_up_alike(home: BackendRoute, now: BackendRoute | None) -> bool:
    def facts(route: BackendRoute) -> tuple[str, str, int, str, bool]:
        return route.scheme, route.host, route.port, route.region, route.path_style

    return now is not None and facts(home) == facts(now)
