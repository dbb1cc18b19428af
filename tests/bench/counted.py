"""
The core by itself: heads of real SDKs in, decisions out; no socket, no clock.

`python -m bench.counted COUNT` decides so many, always the same: fixed keys, fixed moment. The gate
counts its instructions; `bench.deciding` tells microseconds, step by step.
"""

import sys
from itertools import cycle, islice

from app.rbac.levels import PRESETS
from app.rbac.principal import Principal, PrincipalKind, Scope
from app.snapshot.values import (
    AnonymousBinding,
    BackendRoute,
    BucketTarget,
    CredentialEntry,
    ProxySettings,
    Snapshot,
)
from bench import objects, shapes, signing
from bench.signing import Ask, Key
from proxy.core.decide import decide
from proxy.core.decision import Forward, Peer

NOW = 1_793_577_600.0
BACKEND = BackendRoute(
    "store", "http", "127.0.0.1", 9000, signing.REGION, True, "AKUPSTREAM", "upstream-secret"
)
KEYS = tuple(Key(f"AKDECIDE{number:012d}", f"secret-{number:033d}") for number in range(10))
_KINDS = (
    ("GET", shapes.BOTO3_GET),
    ("GET", shapes.JS_GET),
    ("HEAD", shapes.CLI_PLAIN),
    ("PUT", shapes.JS_PUT),
)
DIFFERENT = 30
"""Heads of each kind: a cache that only helps a repeated request does not help here."""


def make_snapshot() -> Snapshot:
    """
    Return a world of one backend, ten credentials and a bucket that strangers may read.
    """
    credentials = {key.id: _entry(key) for key in KEYS}
    target = BucketTarget(BACKEND.id, objects.BUCKET)
    binding = AnonymousBinding(objects.BUCKET, target, requests_per_second=1e9)
    settings = ProxySettings(is_anonymous_enabled=True)
    return Snapshot(
        1, settings, {BACKEND.id: BACKEND}, credentials, anonymous={objects.BUCKET: binding}
    )


def make_heads() -> list[bytes]:
    """
    Return GET, HEAD, PUT and presigned GET in the shapes of three SDKs, in turn.
    """
    heads: list[bytes] = []
    for number in range(DIFFERENT):
        key = KEYS[number % len(KEYS)]
        heads += [_signed(method, number, shape, key) for method, shape in _KINDS]
        heads.append(_presigned(number, key))
    return heads


def decide_many(count: int) -> None:
    """
    Decide so many requests; each must be forwarded.

    Raises:
        AssertionError: one was not.
    """
    snapshot, peer = make_snapshot(), Peer("127.0.0.1")
    for data in islice(cycle(make_heads()), count):
        answer = decide(data, snapshot, NOW, peer)
        assert isinstance(answer, Forward), answer


def _entry(key: Key) -> CredentialEntry:
    access = PRESETS["readwrite"]
    scope = Scope(BACKEND.id, objects.BUCKET, "", access.levels)
    principal = Principal(PrincipalKind.CREDENTIAL, key.id, scopes=(scope,))
    target = BucketTarget(BACKEND.id, objects.BUCKET)
    return CredentialEntry(key.id, key.secret, principal, {objects.BUCKET: target})


def _signed(method: str, number: int, shape: shapes.Shape, key: Key) -> bytes:
    length = objects.KIB if method == "PUT" else 0
    path = f"/{objects.BUCKET}/1k/{number:06d}"
    ask = Ask(method, path, shape, length=length, crc32="YrjmBQ==")
    return signing.sign(ask, key, at=NOW).data


def _presigned(number: int, key: Key) -> bytes:
    ask = Ask("GET", f"/{objects.BUCKET}/1k/{number:06d}", shapes.URL_GET)
    return signing.presign(ask, key, at=NOW).data


if __name__ == "__main__":
    decide_many(int(sys.argv[1]))
