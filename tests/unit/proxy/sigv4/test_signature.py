"""
Signatures against the examples that AWS publishes, and against botocore's signer.
"""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.request import parse_query
from proxy.sigv4 import signature
from proxy.sigv4.authorization import parse_authorization, parse_presigned
from proxy.sigv4.canonical import (
    canonical_headers,
    canonical_paths,
    canonical_query,
    hash_request,
    uri_encode,
    uri_encode_path,
)
from proxy.sigv4.signature import SigningKey, derive_key, find_key, is_same, string_to_sign

pytestmark = pytest.mark.usefixtures("each_core")

VECTORS = json.loads((Path(__file__).parents[3] / "vectors/sigv4.json").read_text())
SECRET, TIMESTAMP, SCOPE = (VECTORS[name] for name in ("secret_key", "timestamp", "scope"))


def hash_vector(vector: dict[str, Any], payload: str) -> str:
    signed = sorted(vector["headers"])
    forms = canonical_headers(vector["headers"], signed)
    assert forms is not None
    return hash_request(
        vector["method"],
        canonical_paths(vector["path"])[0],
        canonical_query(vector["query"]),
        forms[0],
        ";".join(signed),
        payload,
    )


@pytest.mark.parametrize("vector", VECTORS["header"], ids=lambda vector: vector["name"])
def test_the_examples_of_the_single_chunk_page(vector: dict[str, Any]) -> None:
    request_hash = hash_vector(vector, vector["payload"])
    text = string_to_sign(TIMESTAMP, SCOPE, request_hash)

    assert request_hash == vector["request_hash"]
    assert derive_key(SECRET, SCOPE).sign(text) == vector["signature"]


def test_the_example_of_a_presigned_url() -> None:
    vector = VECTORS["presigned"]
    query = [
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
        ("X-Amz-Credential", f"{VECTORS['access_key']}/{SCOPE}"),
        ("X-Amz-Date", TIMESTAMP),
        ("X-Amz-Expires", str(vector["expires"])),
        ("X-Amz-SignedHeaders", "host"),
    ]
    request = {**vector, "query": query, "headers": {"host": vector["host"]}}

    request_hash = hash_vector(request, "UNSIGNED-PAYLOAD")

    assert request_hash == vector["request_hash"]
    text = string_to_sign(TIMESTAMP, SCOPE, request_hash)
    assert find_key(SECRET, SCOPE).sign(text) == vector["signature"]


@pytest.mark.parametrize("kind", ["signed", "trailer"])
def test_the_seed_of_the_chunked_examples(kind: str) -> None:
    vector = VECTORS["chunks"][kind]
    request = {**vector, "method": "PUT", "path": "/examplebucket/chunkObject.txt", "query": []}

    request_hash = hash_vector(request, vector["headers"]["x-amz-content-sha256"])

    text = string_to_sign(TIMESTAMP, SCOPE, request_hash)
    assert derive_key(SECRET, SCOPE).sign(text) == vector["seed"]


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_the_key_is_hmac_sha256(key: bytes, message: bytes) -> None:
    expected = hmac.digest(key, message, "sha256")

    assert SigningKey(key).digest(message) == expected


def test_a_key_shows_nothing_of_itself() -> None:
    assert "wJalr" not in repr(derive_key(SECRET, SCOPE))


def test_keys_are_kept_for_a_few_scopes_of_each_secret() -> None:
    first = find_key("secret", SCOPE)
    assert find_key("secret", SCOPE) is first
    assert find_key("another", SCOPE) is not first

    for number in range(signature.KEYS_PER_SECRET):
        find_key("secret", f"20130524/region-{number}/s3/aws4_request")

    assert find_key("secret", SCOPE) is not first


def test_comparison_of_signatures() -> None:
    assert is_same("ab", "ab")
    assert not is_same("ab", "aB")
    assert not is_same("ab", "ab\N{LATIN SMALL LETTER E WITH ACUTE}")


# ---- against botocore ------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
KEYS = TEXT.filter(lambda key: not {".", ".."} & set(key.split("/")))
NAMES = st.text(st.sampled_from("abcXYZ019-._~ +;/=&%é漢"), min_size=1, max_size=8)
VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)
HEADERS = st.dictionaries(
    st.sampled_from(["x-amz-meta-a", "x-amz-meta-b-c", "x-amz-acl", "range", "content-type"]),
    st.lists(VALUES, min_size=1, max_size=3).map("  ".join),
)
CREDENTIALS = Credentials("AKIDEXAMPLE", SECRET, None)


def prepared(
    key: str, query: dict[str, str], headers: dict[str, str], body: bytes | None = None
) -> AWSRequest:
    url = f"http://localhost:8090/bucket/{uri_encode_path(key)}"
    if query:
        url += "?" + "&".join(f"{uri_encode(n)}={uri_encode(v)}" for n, v in query.items())
    return AWSRequest(method="PUT", url=url, data=body, headers=dict(headers))


@given(KEYS, st.dictionaries(NAMES, TEXT, max_size=4), HEADERS)
def test_header_signatures_agree_with_botocore(
    key: str, query: dict[str, str], headers: dict[str, str]
) -> None:
    request = prepared(key, query, headers, b"body")
    S3SigV4Auth(CREDENTIALS, "s3", "eu-central-1").add_auth(request)
    claim, given_signature = parse_authorization(request.headers["Authorization"])
    sent = {name.lower(): value for name, value in request.headers.items()}
    target = urlsplit(request.url)
    forms = canonical_headers({**sent, "host": target.netloc}, claim.signed_headers)
    assert forms is not None

    ours = [
        find_key(SECRET, claim.scope).sign(
            string_to_sign(
                sent["x-amz-date"],
                claim.scope,
                hash_request(
                    "PUT",
                    path,
                    canonical_query(parse_query(target.query)),
                    form,
                    ";".join(claim.signed_headers),
                    hashlib.sha256(b"body").hexdigest(),
                ),
            )
        )
        for path in canonical_paths(target.path)
        for form in forms
    ]

    assert given_signature in ours


@given(KEYS, st.dictionaries(NAMES, TEXT, max_size=4))
def test_presigned_signatures_agree_with_botocore(key: str, query: dict[str, str]) -> None:
    request = prepared(key, query, {})
    S3SigV4QueryAuth(CREDENTIALS, "s3", "eu-central-1", expires=60).add_auth(request)
    target = urlsplit(request.url)
    pairs = parse_query(target.query)
    presigned = parse_presigned(dict(pairs))
    forms = canonical_headers({"host": target.netloc}, presigned.claim.signed_headers)
    assert forms is not None

    request_hash = hash_request(
        "PUT",
        canonical_paths(target.path)[0],
        canonical_query(pair for pair in pairs if pair[0] != "X-Amz-Signature"),
        forms[0],
        "host",
        "UNSIGNED-PAYLOAD",
    )

    text = string_to_sign(presigned.timestamp, presigned.claim.scope, request_hash)
    assert find_key(SECRET, presigned.claim.scope).sign(text) == presigned.signature
    assert presigned.expires_seconds == 60
