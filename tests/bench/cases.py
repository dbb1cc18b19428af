"""
The cases: what is asked for, how often, and what must be known to compare the figures.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bench import jobs, objects, shapes
from bench.client import Script
from bench.signing import Key

AUTH, SCOPES, ANONYMOUS = "auth", "scopes", "anonymous"
MULTIPART_BYTES = objects.PART_BYTES * objects.PART_COUNT
LARGE_CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class Case:
    """
    One kind of request.
    """

    name: str
    make_scripts: Callable[[Sequence[Key], int], list[Script]]
    """Returns what each of so many connections sends, signed with the keys in turn."""
    payload_bytes: int = 0
    """Object bytes that one operation moves; 0 where they do not matter."""
    connections: int = 64
    sample_every: int = 64
    """One answer of so many is hashed."""
    needs: str = ""
    """A feature that a target must have for the case to mean something."""

    @property
    def is_large(self) -> bool:
        """
        Tell whether an operation moves so much that few of them are a burst.
        """
        return self.payload_bytes > objects.PART_BYTES


def case(
    name: str, maker: jobs.Maker, pool: int = 510, *, payload: str = "", needs: str = ""
) -> Case:
    """
    Return a case whose connections go round in one pool of prepared requests.
    """

    def make_scripts(keys: Sequence[Key], connections: int) -> list[Script]:
        prepared = maker(keys, pool)
        return [
            jobs.repeat(prepared, number * pool // connections) for number in range(connections)
        ]

    size = objects.SIZES.get(payload, 0)
    if size > objects.MIB:
        return Case(name, make_scripts, size, LARGE_CONNECTIONS, sample_every=4, needs=needs)
    return Case(name, make_scripts, size, sample_every=32 if size else 64, needs=needs)


def _uploads(keys: Sequence[Key], connections: int) -> list[Script]:
    return [jobs.upload_in_parts(keys[number % len(keys)], number) for number in range(connections)]


_PLAIN = jobs.upload(objects.MEGABYTE, shapes.BOTO3_PUT_BARE, is_hashed=False)
_HASHED = jobs.upload(objects.MEGABYTE, shapes.BOTO3_PUT)

CASES = (
    case("get-1k", jobs.read("1k")),
    case("head-1k", jobs.look),
    case("put-1k", jobs.upload(objects.KILOBYTE, shapes.JS_PUT)),
    case("put-1k-expect", jobs.upload(objects.KILOBYTE, shapes.BOTO3_PUT)),
    case("presigned-get-1k", jobs.read_presigned),
    case("list-100", jobs.list_objects, 100),
    case("get-1m", jobs.read("1m"), 60, payload="1m"),
    case("put-1m", _PLAIN, 60, payload="1m"),
    case("put-1m-hashed", _HASHED, 60, payload="1m"),
    case("put-1m-chunked-signed", jobs.upload_signed_chunks, 60, payload="1m"),
    case("put-1m-chunked-trailer", jobs.upload_trailer, 60, payload="1m"),
    case("get-256m", jobs.read("256m"), 1, payload="256m"),
    Case("multipart-64m", _uploads, MULTIPART_BYTES, LARGE_CONNECTIONS),
    case("multi-delete-1000", jobs.delete_many, 20),
    case("bad-signature", jobs.read_badly_signed, needs=AUTH),
    case("scope-refusal", jobs.read_foreign, needs=SCOPES),
    case("anonymous-get", jobs.read_anonymous, needs=ANONYMOUS),
    case("list-buckets", jobs.list_buckets, 100),
)
CASES_BY_NAME = {case.name: case for case in CASES}


def named(*names: str, connections: int | None = None) -> tuple[Case, ...]:
    """
    Return these cases; with another number of connections they carry it in their name.
    """
    found = tuple(CASES_BY_NAME[name] for name in names)
    if connections is None:
        return found
    unit = "connection" if connections == 1 else "connections"
    return tuple(
        replace(one, name=f"{one.name}-{connections}-{unit}", connections=connections)
        for one in found
    )
