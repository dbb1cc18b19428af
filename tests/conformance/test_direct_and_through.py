"""
The measure of transparency: what an authorised client is answered through the endpoint is what the
store itself answers, status, headers and bytes, but for the differences that are written down.

Each scenario is held once with the store and once through the endpoint in every style; then the
two transcripts are compared request by request.
"""

import base64
import gzip
import hashlib
import secrets
import ssl
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree

from app.certificate import Certificate
from app.snapshot.values import ProxySettings
from support.certificates import make_tls_files
from support.differences import DIFFERENCES, PROVED_ELSEWHERE
from support.s3_clients import make_client
from support.s3_proxy import (
    FULL,
    HOST,
    REGION,
    SECRET,
    make_credential,
    make_route,
    make_snapshot,
    running_proxy,
)
from support.s3_sides import STYLES, Exchange, Place, Side, Style, element
from support.seaweedfs import SeaweedFS

SUFFIX = "s3.test"
TEXT = b"The quick brown fox jumps over the lazy dog.\n" * 100
PART = bytes(5 * 1024 * 1024)
XML = {"content-type": "application/xml"}
Scenario = Callable[[Side], None]
SCENARIOS: dict[str, Scenario] = {}


def scenario(function: Scenario) -> Scenario:
    """
    Hold this conversation on both sides.
    """
    SCENARIOS[function.__name__] = function
    return function


def md5(body: bytes) -> str:
    return base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()


def crc32(body: bytes) -> str:
    return base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()


# ---- objects ---------------------------------------------------------------------------------


@scenario
def an_object_is_written_read_and_deleted(side: Side) -> None:
    side.ask("PUT", "one", body=TEXT)
    side.ask("HEAD", "one")
    assert side.ask("GET", "one").body == TEXT
    side.ask("DELETE", "one")
    side.ask("GET", "one")
    side.ask("HEAD", "one")
    side.ask("DELETE", "one")


@scenario
def an_empty_object(side: Side) -> None:
    side.ask("PUT", "empty")
    side.ask("GET", "empty")
    side.ask("HEAD", "empty")
    side.ask("PUT", "folder/")
    side.ask("GET", "folder/")


@scenario
def words_of_an_object(side: Side) -> None:
    words = {
        "content-type": "text/x-fox; charset=utf-8",
        "cache-control": "max-age=60, private",
        "content-disposition": 'attachment; filename="f\u00fc.txt"'.encode().decode("latin-1"),
        "content-language": "de, en",
        "expires": "Thu, 01 Dec 2033 16:00:00 GMT",
        "x-amz-meta-colour": "red",
        "x-amz-meta-mixed-Case": "=?UTF-8?B?w7w=?=",
        "x-amz-storage-class": "STANDARD",
    }
    side.ask("PUT", "words", headers=words, body=TEXT)
    side.ask("HEAD", "words")
    side.ask("GET", "words")
    side.ask(
        "GET",
        "words",
        "response-cache-control=no-cache&response-content-disposition=inline"
        "&response-content-type=text%2Fplain",
    )


@scenario
def a_packed_object_stays_as_it_is(side: Side) -> None:
    packed = gzip.compress(TEXT, mtime=0)
    side.ask("PUT", "packed", headers={"content-encoding": "gzip"}, body=packed)
    assert side.ask("GET", "packed").body == packed
    side.ask("GET", "packed", headers={"accept-encoding": "gzip"})
    side.ask("GET", "packed", headers={"accept-encoding": "identity"})
    side.ask("GET", "packed", headers={"range": "bytes=2-9"})


@scenario
def ranges(side: Side) -> None:
    side.ask("PUT", "ranged", body=TEXT)
    for asked in ("0-0", "10-19", "-5", "4490-", "4000-9999", "4500-", "5-2", "0-1,4-5", "x-y"):
        side.ask("GET", "ranged", headers={"range": f"bytes={asked}"})
    side.ask("HEAD", "ranged", headers={"range": "bytes=1-2"})


@scenario
def conditions_on_reading(side: Side) -> None:
    etag = side.ask("PUT", "when", body=TEXT).headers["etag"]
    past, future = "Sat, 01 Jan 2000 00:00:00 GMT", "Tue, 01 Jan 2036 00:00:00 GMT"
    for name, value in (
        ("if-match", etag),
        ("if-match", '"other"'),
        ("if-none-match", etag),
        ("if-none-match", '"other"'),
        ("if-none-match", "*"),
        ("if-modified-since", past),
        ("if-modified-since", future),
        ("if-unmodified-since", past),
        ("if-unmodified-since", future),
    ):
        side.ask("GET", "when", headers={name: value})
        side.ask("HEAD", "when", headers={name: value})
    side.ask("GET", "when", headers={"if-range": etag, "range": "bytes=0-3"})


@scenario
def conditions_on_writing(side: Side) -> None:
    etag = side.ask("PUT", "once", headers={"if-none-match": "*"}, body=b"1").headers["etag"]
    side.ask("PUT", "once", headers={"if-none-match": "*"}, body=b"2")
    side.ask("PUT", "once", headers={"if-match": '"other"'}, body=b"3")
    side.ask("PUT", "once", headers={"if-match": etag}, body=b"4")
    side.ask("PUT", "none", headers={"if-match": etag}, body=b"5")
    side.ask("GET", "once")
    copied = {"x-amz-copy-source": f"{side.bucket}/once"}
    side.ask("PUT", "once", headers={**copied, "if-none-match": "*"})
    side.ask("PUT", "new", headers={**copied, "if-none-match": "*"})
    upload = begin(side, "once")
    part = side.ask("PUT", "once", f"partNumber=1&uploadId={upload}", body=TEXT)
    body = complete(part.headers["etag"])
    for name, value in (("if-none-match", "*"), ("if-match", '"other"')):
        side.ask("POST", "once", f"uploadId={upload}", headers={**XML, name: value}, body=body)
    side.ask("DELETE", "once", f"uploadId={upload}")
    side.ask("DELETE", "once", headers={"if-match": '"other"'})


KEYS = (
    *("a b", "a+b", "a%b", "a%2Fb", "!'()*", "~", "&=:,;@$", "a=1/b=2", "#?", "[{|}]^`", '"<>'),
    *("a\\b", "\u00fc", "u\u0308", "\U0001f98a", "a/b/c", "a.b/..c", "...", "_.-"),
    *("bell\x07", "tab\tline\n"),
)


@scenario
def keys_of_all_kinds(side: Side) -> None:
    for key in KEYS:
        side.ask("PUT", f"keys/{key}", body=key.encode())
        side.ask("GET", f"keys/{key}")
        side.ask("HEAD", f"keys/{key}")
    side.ask("GET", "", "list-type=2&prefix=keys/")
    side.ask("GET", "", "list-type=2&prefix=keys/&encoding-type=url")
    for key in KEYS:
        side.ask("DELETE", f"keys/{key}")


@scenario
def checksums(side: Side) -> None:
    side.ask("PUT", "summed", headers={"x-amz-checksum-crc32": crc32(TEXT)}, body=TEXT)
    side.ask("HEAD", "summed", headers={"x-amz-checksum-mode": "ENABLED"})
    side.ask("GET", "summed", headers={"x-amz-checksum-mode": "ENABLED"})
    side.ask("PUT", "summed", headers={"content-md5": md5(TEXT)}, body=TEXT)
    side.ask("GET", "summed", "attributes", headers={"x-amz-object-attributes": "ETag,ObjectSize"})


@scenario
def tags_of_an_object(side: Side) -> None:
    tags = b"<Tagging><TagSet><Tag><Key>a</Key><Value>1 &amp; 2</Value></Tag></TagSet></Tagging>"
    side.ask("PUT", "tagged", headers={"x-amz-tagging": "colour=red&size=big%20one"}, body=TEXT)
    side.ask("GET", "tagged", "tagging")
    side.ask("HEAD", "tagged")
    side.ask("PUT", "tagged", "tagging", headers={**XML, "content-md5": md5(tags)}, body=tags)
    side.ask("GET", "tagged", "tagging")
    side.ask("DELETE", "tagged", "tagging")
    side.ask("GET", "tagged", "tagging")


# ---- copies ----------------------------------------------------------------------------------


@scenario
def copies(side: Side) -> None:
    words = {"content-type": "text/plain", "x-amz-meta-colour": "red"}
    etag = side.ask("PUT", "from \u00fc", headers=words, body=TEXT).headers["etag"]
    source = f"{side.bucket}/from%20%C3%BC"
    side.ask("PUT", "to/same", headers={"x-amz-copy-source": source})
    side.ask("HEAD", "to/same")
    replaced = {"x-amz-metadata-directive": "REPLACE", "x-amz-meta-colour": "blue"}
    side.ask("PUT", "to/new", headers={"x-amz-copy-source": f"/{source}", **replaced})
    side.ask("HEAD", "to/new")
    for name, value in (
        ("x-amz-copy-source-if-match", etag),
        ("x-amz-copy-source-if-match", '"other"'),
        ("x-amz-copy-source-if-none-match", etag),
    ):
        side.ask("PUT", "to/when", headers={"x-amz-copy-source": source, name: value})
    side.ask("PUT", "to/none", headers={"x-amz-copy-source": f"{side.bucket}/nowhere"})
    side.ask("PUT", "from \u00fc", headers={"x-amz-copy-source": source})


# ---- listings --------------------------------------------------------------------------------


@scenario
def listings(side: Side) -> None:
    for name in ("a", "a/1", "a/2", "b/1/x", "b/2", "c", "d e", "f&g"):
        side.ask("PUT", f"list/{name}", body=name.encode())
    for query in (
        "list-type=2&prefix=list/",
        "list-type=2&prefix=list/&delimiter=/",
        "list-type=2&prefix=list/a/&delimiter=/",
        "list-type=2&prefix=list/&delimiter=/&max-keys=2",
        "list-type=2&prefix=list/&start-after=list/b/1/x",
        "list-type=2&prefix=list/&fetch-owner=true&max-keys=1",
        "list-type=2&prefix=nothing/",
        "list-type=2&prefix=list/&max-keys=0",
        "prefix=list/",
        "prefix=list/&delimiter=/",
        "prefix=list/&marker=list/b/2",
        "prefix=list/&max-keys=3&delimiter=/",
        "prefix=list/&encoding-type=url",
        "versions&prefix=list/",
        "versions&prefix=list/&max-keys=2",
        "uploads&prefix=list/",
    ):
        side.ask("GET", "", query)


@scenario
def pages_of_a_listing(side: Side) -> None:
    for number in range(7):
        side.ask("PUT", f"pages/{number}", body=b"x")
    token = ""
    for _ in range(4):
        more = f"&continuation-token={token}" if token else ""
        page = side.ask("GET", "", f"list-type=2&prefix=pages/&max-keys=2{more}")
        token = element(page, "NextContinuationToken").replace("/", "%2F").replace("=", "%3D")
    side.ask("GET", "", "prefix=pages/&max-keys=3&marker=pages/2")


# ---- uploads in parts ------------------------------------------------------------------------


def begin(side: Side, key: str) -> str:
    made = side.ask("POST", key, "uploads", headers={"content-type": "text/plain"})
    return side.learn("UPLOAD", element(made, "UploadId"))


def complete(*etags: str) -> bytes:
    parts = "".join(
        f"<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>"
        for number, etag in enumerate(etags, 1)
    )
    return f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>".encode()


@scenario
def an_upload_in_parts(side: Side) -> None:
    upload = begin(side, "parts")
    first = side.ask("PUT", "parts", f"partNumber=1&uploadId={upload}", body=PART)
    second = side.ask("PUT", "parts", f"partNumber=2&uploadId={upload}", body=TEXT)
    side.ask("GET", "parts", f"uploadId={upload}")
    side.ask("GET", "parts", f"uploadId={upload}&max-parts=1")
    side.ask("GET", "", "uploads&prefix=parts")
    body = complete(first.headers["etag"], second.headers["etag"])
    side.ask("POST", "parts", f"uploadId={upload}", headers=XML, body=body)
    side.ask("HEAD", "parts")
    side.ask("GET", "parts", headers={"range": f"bytes={len(PART) - 3}-{len(PART) + 9}"})
    side.ask("GET", "parts", "partNumber=2")
    side.ask("GET", "parts", f"uploadId={upload}")


@scenario
def uploads_that_do_not_end_well(side: Side) -> None:
    upload = begin(side, "lost")
    side.ask("PUT", "lost", f"partNumber=1&uploadId={upload}", body=TEXT)
    side.ask("POST", "lost", f"uploadId={upload}", headers=XML, body=complete('"0"' * 1))
    side.ask("DELETE", "lost", f"uploadId={upload}")
    side.ask("PUT", "lost", f"partNumber=2&uploadId={upload}", body=TEXT)
    side.ask("GET", "lost", f"uploadId={upload}")
    side.ask("DELETE", "lost", f"uploadId={upload}")


@scenario
def parts_that_are_copies(side: Side) -> None:
    side.ask("PUT", "whole", body=TEXT)
    upload = begin(side, "joined")
    place = f"partNumber=1&uploadId={upload}"
    copied = {"x-amz-copy-source": f"{side.bucket}/whole"}
    part = side.ask("PUT", "joined", place, headers=copied)
    ranged = {**copied, "x-amz-copy-source-range": "bytes=0-99"}
    part = side.ask("PUT", "joined", place, headers=ranged)
    etag = element(part, "ETag").replace("&#34;", "").replace("&quot;", "")
    body = complete(f"&quot;{etag.strip(chr(34))}&quot;")
    side.ask("POST", "joined", f"uploadId={upload}", headers=XML, body=body)
    side.ask("GET", "joined")


# ---- many at once, versions, settings --------------------------------------------------------


@scenario
def many_are_deleted_at_once(side: Side) -> None:
    for name in ("1", "2", "3 & 4"):
        side.ask("PUT", f"many/{name}", body=b"x")
    two = "<Object><Key>many/2</Key></Object><Object><Key>many/3 &amp; 4</Key></Object>"
    for document in (
        "<Object><Key>many/1</Key></Object><Object><Key>many/none</Key></Object>",
        f"<Quiet>true</Quiet>{two}",
    ):
        body = f"<Delete>{document}</Delete>".encode()
        side.ask("POST", "", "delete", headers={**XML, "content-md5": md5(body)}, body=body)
    side.ask("GET", "", "list-type=2&prefix=many/")


@scenario
def versions(side: Side) -> None:
    on = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
    side.ask("GET", "", "versioning")
    side.ask("PUT", "", "versioning", headers={**XML, "content-md5": md5(on)}, body=on)
    side.ask("GET", "", "versioning")
    first = side.ask("PUT", "kept", body=b"1").headers.get("x-amz-version-id", "")
    second = side.ask("PUT", "kept", body=b"2").headers.get("x-amz-version-id", "")
    side.learn("FIRST", first)
    side.learn("SECOND", second)
    side.ask("GET", "kept", f"versionId={first}")
    side.ask("HEAD", "kept", f"versionId={second}")
    marker = side.ask("DELETE", "kept").headers.get("x-amz-version-id", "")
    side.learn("MARKER", marker)
    side.ask("GET", "kept")
    side.ask("GET", "", "versions&prefix=kept")
    side.ask("DELETE", "kept", f"versionId={marker}")
    side.ask("GET", "kept")
    side.ask("DELETE", "kept", f"versionId={second}")
    side.ask("GET", "kept")
    side.ask("GET", "kept", "versionId=no-such-version")


@scenario
def settings_of_a_bucket(side: Side) -> None:
    side.ask("HEAD")
    for setting in (
        *("location", "acl", "policy", "lifecycle", "tagging", "encryption", "object-lock"),
        *("ownershipControls", "publicAccessBlock", "requestPayment", "website", "logging"),
        *("notification", "replication", "accelerate", "policyStatus"),
    ):
        side.ask("GET", "", setting)
    side.ask("GET", "no-such-object", "acl")
    side.ask("HEAD", bucket="no-such-bucket-anywhere")
    side.ask("GET", "key", bucket="no-such-bucket-anywhere")


@scenario
def objects_that_may_not_be_deleted(side: Side) -> None:
    bucket = f"{side.bucket}-lock"
    side.ask("PUT", bucket=bucket, headers={"x-amz-bucket-object-lock-enabled": "true"})
    side.ask("GET", "", "object-lock", bucket=bucket)
    lock = {
        "x-amz-object-lock-mode": "GOVERNANCE",
        "x-amz-object-lock-retain-until-date": "2036-01-01T00:00:00Z",
        "x-amz-object-lock-legal-hold": "ON",
    }
    put = side.ask(
        "PUT", "kept", headers={**lock, "content-md5": md5(b"1")}, body=b"1", bucket=bucket
    )
    version = side.learn("VERSION", put.headers.get("x-amz-version-id", ""))
    side.ask("HEAD", "kept", bucket=bucket)
    side.ask("GET", "kept", "retention", bucket=bucket)
    side.ask("GET", "kept", "legal-hold", bucket=bucket)
    side.ask("DELETE", "kept", f"versionId={version}", bucket=bucket)
    off = b"<LegalHold><Status>OFF</Status></LegalHold>"
    digest = {**XML, "content-md5": md5(off)}
    side.ask("PUT", "kept", "legal-hold", headers=digest, body=off, bucket=bucket)
    side.ask("DELETE", "kept", f"versionId={version}", bucket=bucket)
    bypass = {"x-amz-bypass-governance-retention": "true"}
    side.ask("DELETE", "kept", f"versionId={version}", headers=bypass, bucket=bucket)
    side.ask("DELETE", bucket=bucket)
    side.ask("HEAD", bucket=bucket)


def configuration(root: str, inner: str) -> bytes:
    return f'<{root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{inner}</{root}>'.encode()


# Each setting with what Terraform's AWS provider writes for it; without a document, what it reads.
DECLARED = {
    "tagging": configuration(
        "Tagging", "<TagSet><Tag><Key>team</Key><Value>web &amp; shop</Value></Tag></TagSet>"
    ),
    "versioning": configuration("VersioningConfiguration", "<Status>Enabled</Status>"),
    "lifecycle": configuration(
        "LifecycleConfiguration",
        "<Rule><ID>logs</ID><Status>Enabled</Status><Filter><Prefix>logs/</Prefix></Filter>"
        "<Expiration><Days>30</Days></Expiration></Rule>",
    ),
    "encryption": configuration(
        "ServerSideEncryptionConfiguration",
        "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>"
        "</ApplyServerSideEncryptionByDefault></Rule>",
    ),
    "ownershipControls": configuration(
        "OwnershipControls", "<Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule>"
    ),
    "publicAccessBlock": configuration(
        "PublicAccessBlockConfiguration", "<BlockPublicAcls>true</BlockPublicAcls>"
    ),
}
READ_BY_TERRAFORM = (
    *("policy", "acl", "website", "versioning", "accelerate", "requestPayment", "logging"),
    *("lifecycle", "replication", "encryption", "object-lock", "tagging", "location"),
    *("ownershipControls", "publicAccessBlock"),
)


@scenario
def a_bucket_as_terraform_declares_it(side: Side) -> None:
    """
    What its AWS provider asks for `aws_s3_bucket` and the resources beside it, in its order.

    But for CORS: those rules are Stowage's own (`test_bucket_cors_are_ours`).
    """
    bucket = f"{side.bucket}-plan"
    side.ask("HEAD", bucket=bucket)
    side.ask("PUT", bucket=bucket)
    side.ask("HEAD", bucket=bucket)
    for setting in READ_BY_TERRAFORM:
        side.ask("GET", "", setting, bucket=bucket)
    policy = (
        f'{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":"*",'
        f'"Action":"s3:GetObject","Resource":"arn:aws:s3:::{bucket}/public/*"}}]}}'
    ).encode()
    for setting, document in {**DECLARED, "policy": policy}.items():
        sums = {"x-amz-sdk-checksum-algorithm": "CRC32", "x-amz-checksum-crc32": crc32(document)}
        side.ask("PUT", "", setting, headers={**XML, **sums}, body=document, bucket=bucket)
        side.ask("GET", "", setting, bucket=bucket)
    side.ask("PUT", "", "acl", headers={"x-amz-acl": "private"}, bucket=bucket)
    for setting in READ_BY_TERRAFORM:
        side.ask("GET", "", setting, bucket=bucket)
    # This store fails to encrypt by itself where it was given no key of its own.
    side.ask("DELETE", "", "encryption", bucket=bucket)
    version = side.ask("PUT", "state", body=b"{}", bucket=bucket).headers["x-amz-version-id"]
    side.learn("VERSION", version)
    side.ask("DELETE", bucket=bucket)
    side.ask("GET", "", "versions", bucket=bucket)
    gone = f"<Object><Key>state</Key><VersionId>{version}</VersionId></Object>"
    body = f"<Delete>{gone}<Quiet>true</Quiet></Delete>".encode()
    sums = {"x-amz-sdk-checksum-algorithm": "CRC32", "x-amz-checksum-crc32": crc32(body)}
    side.ask("POST", "", "delete", headers={**XML, **sums}, body=body, bucket=bucket)
    for setting in ("policy", "lifecycle", "tagging", "website"):
        side.ask("DELETE", "", setting, bucket=bucket)
    side.ask("DELETE", bucket=bucket)
    side.ask("HEAD", bucket=bucket)
    side.ask("GET", "", "location", bucket=bucket)
    side.ask("DELETE", bucket=bucket)


@scenario
def what_few_backends_do(side: Side) -> None:
    side.ask("PUT", "rare", body=TEXT)
    select = (
        b"<SelectObjectContentRequest><Expression>SELECT * FROM S3Object</Expression>"
        b"<ExpressionType>SQL</ExpressionType></SelectObjectContentRequest>"
    )
    side.ask("POST", "rare", "select&select-type=2", headers=XML, body=select)
    restore = b"<RestoreRequest><Days>1</Days></RestoreRequest>"
    side.ask("POST", "rare", "restore", headers=XML, body=restore)


# ---- both sides ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def store(seaweedfs: SeaweedFS) -> Place:
    address = urlsplit(seaweedfs.endpoint)
    assert address.hostname is not None
    assert address.port is not None
    return Place(
        address.hostname,
        address.port,
        seaweedfs.access_key,
        seaweedfs.secret_key,
        seaweedfs.region,
    )


@pytest.fixture(scope="module")
def places(
    seaweedfs: SeaweedFS, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[bool, Place]]:
    """
    The endpoint without and with TLS, by whether it has it.
    """
    files = make_tls_files(tmp_path_factory.mktemp("tls"))
    certificate = Certificate(str(files.cert_file), str(files.key_file))
    route = make_route(
        seaweedfs.endpoint,
        access_key=seaweedfs.access_key,
        secret_key=seaweedfs.secret_key,
        capabilities=frozenset({"chunked_upload", "conditional_writes"}),
    )
    world = make_snapshot(
        route,
        make_credential("AKFULL", {"*": FULL}),
        settings=ProxySettings(host_suffixes=(SUFFIX,)),
    )
    with running_proxy(world) as plain, running_proxy(world, certificate=certificate) as secure:
        yield {
            False: Place(HOST, plain.port, "AKFULL", SECRET, REGION, SUFFIX),
            True: Place(
                *(HOST, secure.port, "AKFULL", SECRET, REGION, SUFFIX),
                authority=ssl.create_default_context(cafile=files.ca_file),
            ),
        }


# Scenarios that change the bucket itself; the others share one, each with keys of its own.
ALONE = {"versions"}


@pytest.fixture(scope="module")
def find_buckets(seaweedfs: SeaweedFS) -> Iterator[Callable[[Style, str], tuple[str, str]]]:
    """
    Return the buckets of both sides, with names of the same length.
    """
    owner = make_client(seaweedfs.endpoint, seaweedfs.access_key, seaweedfs.secret_key)
    made: dict[str, tuple[str, str]] = {}

    def find(style: Style, name: str) -> tuple[str, str]:
        key = f"{style.name} {name if name in ALONE else ''}"
        if key not in made:
            run = secrets.token_hex(4)
            made[key] = (f"same-direct-{run}", f"same-throug-{run}")
            for bucket in made[key]:
                owner.create_bucket(Bucket=bucket)
        return made[key]

    yield find
    owner.close()


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
@pytest.mark.parametrize("name", SCENARIOS)
def test_both_sides_are_answered_alike(
    name: str,
    style: Style,
    store: Place,
    places: dict[bool, Place],
    find_buckets: Callable[[Style, str], tuple[str, str]],
) -> None:
    buckets = find_buckets(style, name)
    direct, through = Side(store, style, buckets[0]), Side(places[style.is_tls], style, buckets[1])
    for side in (direct, through):
        SCENARIOS[name](side)
        side.close()

    assert len(direct.transcript) == len(through.transcript)
    for ours, theirs in zip(through.transcript, direct.transcript, strict=True):
        assert comparable(ours, theirs) == comparable(theirs, theirs), ours.asked


def comparable(exchange: Exchange, direct: Exchange) -> tuple[int, dict[str, str], object]:
    """
    Return what has to be alike, with every difference that is written down taken out.
    """
    headers = dict(exchange.headers)
    body: Any = exchange.body
    is_error = direct.status >= 400
    for difference in DIFFERENCES:
        if difference.is_on_errors <= is_error:
            for header in difference.headers:
                headers.pop(header, None)
    if is_error:
        known = {name for row in DIFFERENCES for name in row.elements}
        body = error_of(exchange.body, known)
        if "BucketName" not in error_of(direct.body, known):
            body.pop("BucketName", None)
        headers.pop("content-length", None)
    return exchange.status, headers, body


def error_of(document: bytes, known: set[str]) -> dict[str, str]:
    """
    Return the children of an error document, those left out that are known to differ.
    """
    if not document:
        return {}
    root = etree.fromstring(document)
    found = {etree.QName(child).localname: child.text or "" for child in root}
    return {name: text for name, text in found.items() if name not in known}


PAGE = Path(__file__).parents[2] / "docs" / "reference" / "s3-differences.md"


def test_every_difference_stands_in_the_table_and_has_its_proof() -> None:
    rows = [line.split("|")[1].strip() for line in PAGE.read_text().splitlines() if "|" in line]
    shown = rows[2:]  # without the head of the table and the line below it

    assert shown == [row.what for row in DIFFERENCES] + list(PROVED_ELSEWHERE)
    for proof in PROVED_ELSEWHERE.values():
        file, _, test = proof.partition("::")
        assert f"def {test}(" in (PAGE.parents[2] / "tests" / file).read_text(), proof
