"""
A small world to decide in: two backends, one credential, and what an answer says.
"""

import re
from dataclasses import replace
from typing import Any

from app.rbac.levels import PRESETS, Access
from app.rbac.principal import Principal, PrincipalKind, Scope
from app.snapshot.values import (
    BackendRoute,
    BucketTarget,
    CredentialEntry,
    ProxySettings,
    Snapshot,
)
from proxy.core.decide import decide
from proxy.core.decision import Answer, Forward, Local, Peer, Refuse
from support.signing import ACCESS_KEY, NOW, SECRET_KEY, Client

PEER = Peer("192.0.2.7", is_tls=True)
PHOTOS = BucketTarget("east", "photos-real")
CAPABILITIES = frozenset({"chunked_upload", "conditional_writes"})
EAST = BackendRoute(
    "east", "https", "east.example.net", 443, "eu-central-1", path_style=True,
    access_key="UPSTREAM", secret_key="upstream-secret", capabilities=CAPABILITIES,
)  # fmt: skip
WEST = replace(EAST, id="west", host="west.example.net", port=9000, path_style=False)


def credential(
    access: str | Access = "full",
    *scopes: tuple[str, str, str],
    **changes: Any,
) -> CredentialEntry:
    granted = PRESETS[access] if isinstance(access, str) else access
    places = scopes or (("east", "photos-real", ""), ("east", "logs", ""), ("west", "far", ""))
    principal = Principal(
        PrincipalKind.CREDENTIAL,
        ACCESS_KEY,
        user_id="user-1",
        scopes=tuple(
            Scope(backend, bucket, prefix, granted.levels, granted.may_overwrite)
            for backend, bucket, prefix in places
        ),
    )
    entry = CredentialEntry(
        ACCESS_KEY,
        SECRET_KEY,
        principal,
        {
            "photos": PHOTOS,
            "logs": BucketTarget("east", "logs"),
            "far": BucketTarget("west", "far"),
            "lost": BucketTarget("gone", "lost"),
        },
    )
    return replace(entry, **changes)


def snapshot(entry: CredentialEntry | None = None, **changes: Any) -> Snapshot:
    found = Snapshot(
        1,
        ProxySettings(host_suffixes=("s3.example.com",)),
        {"east": EAST, "west": WEST},
        {ACCESS_KEY: entry or credential()},
    )
    return replace(found, **changes)


def ask(
    data: bytes, world: Snapshot | None = None, *, now: float = NOW, peer: Peer = PEER
) -> Answer:
    return decide(data, world or snapshot(), now, peer)


def forwarded(data: bytes, world: Snapshot | None = None) -> Forward:
    answer = ask(data, world)
    assert isinstance(answer, Forward), answer
    return answer


def local(data: bytes, world: Snapshot | None = None) -> Local:
    answer = ask(data, world)
    assert isinstance(answer, Local), answer
    return answer


def refused(data: bytes, world: Snapshot | None = None, **rest: Any) -> Refuse:
    answer = ask(data, world, **rest)
    assert isinstance(answer, Refuse), answer
    return answer


def reason(data: bytes, world: Snapshot | None = None, **rest: Any) -> str | None:
    return refused(data, world, **rest).error.reason


def fields_of(head: bytes) -> dict[str, str]:
    lines = head.decode("latin-1").split("\r\n")
    assert lines[-2:] == ["", ""]
    pairs = [line.split(": ", 1) for line in lines[1:-2]]
    assert len({name for name, _ in pairs}) == len(pairs)
    return dict(map(tuple, pairs))  # type: ignore[arg-type]


def verify_upstream(answer: Forward) -> dict[str, str]:
    """
    Check the upstream signature with the other implementation; return the fields.
    """
    fields = fields_of(answer.head)
    found = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=UPSTREAM/(\S+), SignedHeaders=(\S+), Signature=(\w+)",
        fields["authorization"],
    )
    assert found is not None
    scope, names, signature = found.groups()
    method, target, version = answer.head.split(b"\r\n")[0].decode().split(" ")
    assert version == "HTTP/1.1"
    client = Client("UPSTREAM", "upstream-secret", "eu-central-1")
    assert scope == client.scope
    signed = {name: fields[name] for name in names.split(";")}
    path = target.partition("?")[0]
    assert client.sign(method, target, signed, fields["x-amz-content-sha256"], path) == signature
    assert {name for name in fields if name.startswith("x-amz-")} <= set(signed)
    return fields
