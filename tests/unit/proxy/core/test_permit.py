"""
What a proven sender may do: scopes, copies, ACLs, append-only, and backends that are away.
"""

from dataclasses import replace

import pytest

from app.rbac.levels import ALL_LEVELS, Access, Level
from app.rbac.principal import Scope
from app.snapshot.values import ProxySettings, Snapshot
from proxy.core.decision import Forward, Local, Peer
from support.decisions import (
    EAST,
    PEER,
    ask,
    credential,
    forwarded,
    local,
    reason,
    refused,
    snapshot,
)
from support.signing import NOW, Client

pytestmark = pytest.mark.usefixtures("each_core")

CLIENT = Client()
READWRITE = snapshot(credential("readwrite"))
HOME = ("east", "photos-real", "home/")


def head(method: str, target: str, **headers: str) -> bytes:
    return CLIENT.head(method, target, {name.replace("_", "-"): v for name, v in headers.items()})


# ---- where -----------------------------------------------------------------------------------


def test_a_bucket_leads_to_its_backend_under_its_real_name() -> None:
    answer = forwarded(head("GET", "/far/key"))

    assert answer.backend.id == "west"
    assert answer.head.startswith(b"GET /key HTTP/1.1\r\nhost: far.west.example.net:9000\r\n")


@pytest.mark.parametrize("bucket", ["photos-real", "other", "Photos"])
def test_a_bucket_out_of_scope_is_refused(bucket: str) -> None:
    answer = refused(head("GET", f"/{bucket}/key"))

    assert answer.error.s3.code in {"AccessDenied", "InvalidBucketName"}
    assert answer.audited.operation == "GetObject"
    assert answer.audited.bucket == bucket


def test_a_wildcard_reaches_every_bucket_of_one_backend() -> None:
    entry = credential("readwrite", ("east", "*", ""), wildcard_backend_id="east", buckets={})

    assert forwarded(head("GET", "/anything/key"), snapshot(entry)).audited.bucket == "anything"


@pytest.mark.parametrize("target", ["/minio/admin/v3/info", "/minio/key", "/admin/user"])
def test_an_admin_api_is_never_reached(target: str) -> None:
    entry = credential("full", ("east", "*", ""), wildcard_backend_id="east", buckets={})

    assert refused(head("GET", target), snapshot(entry)).error.s3.status == 403


def test_a_virtual_hosted_bucket_is_the_same_bucket() -> None:
    client = Client(host="photos.s3.example.com:8090")

    answer = forwarded(client.head("GET", "/a/key"))

    assert answer.head.startswith(b"GET /photos-real/a/key HTTP/1.1\r\n")


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("/photos/a/../b", "InvalidURI"),
        ("/photos/%2e%2e/other", "InvalidURI"),
        ("/photos/a/%2E/b", "InvalidURI"),
        ("/photos/" + "k" * 1025, "KeyTooLongError"),
        ("/Bad_Name/key", "InvalidBucketName"),
        ("/a%2Fb/key", "InvalidBucketName"),
        ("//photos/key", "InvalidBucketName"),
        ("/../photos/key", "InvalidBucketName"),
    ],
)
def test_names_that_lead_astray_are_refused(target: str, code: str) -> None:
    assert refused(head("GET", target)).error.s3.code == code


def test_dot_segments_reach_a_backend_that_takes_them_literally() -> None:
    plain = replace(EAST, capabilities=frozenset({"literal_dot_segments"}))
    world = snapshot(backends={"east": plain})

    assert (
        b"GET /photos-real/a/../b HTTP/1.1" in forwarded(head("GET", "/photos/a/../b"), world).head
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"is_enabled": False}, "backend.disabled"),
        ({"is_in_maintenance": True}, "mode.maintenance"),
    ],
)
def test_a_backend_that_is_away_is_unavailable(changes: dict[str, bool], expected: str) -> None:
    world = snapshot(backends={"east": replace(EAST, **changes)})

    error = refused(head("GET", "/photos/key"), world).error

    assert (error.reason, error.s3.status) == (expected, 503)
    out_of_scope = refused(head("GET", "/nowhere/key"), world).error
    assert out_of_scope.s3.code == "AccessDenied"


def test_a_backend_that_is_gone_is_unavailable() -> None:
    entry = credential("full", ("gone", "lost", ""))

    assert refused(head("GET", "/lost/key"), snapshot(entry)).error.reason == "backend.gone"


# ---- who -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "is_let_in"),
    [
        ("192.0.2.7", True),
        ("192.0.3.7", False),
        ("2001:db8::1", True),
        ("2001:db9::1", False),
        ("::ffff:192.0.2.9", True),
        ("not an address", False),
    ],
)
def test_networks_of_a_credential(address: str, *, is_let_in: bool) -> None:
    world = snapshot(credential(cidrs=("192.0.2.0/24", "2001:db8::/32")))

    answer = ask(head("GET", "/photos/key"), world, peer=Peer(address))

    assert isinstance(answer, Forward) is is_let_in
    if not isinstance(answer, Forward):
        assert answer.error.reason == "ip.credential"  # type: ignore[union-attr]


def test_a_trusted_proxy_tells_who_asks() -> None:
    client = Client(unsigned={"x-forwarded-for": "198.51.100.1, 192.0.2.7"})
    data = client.head("GET", "/photos/key")
    world = snapshot(credential(cidrs=("192.0.2.0/24",)))
    trusting = replace(world, settings=ProxySettings(trusted_proxies=("10.0.0.0/8",)))

    assert isinstance(ask(data, trusting, peer=Peer("10.0.0.1")), Forward)
    assert reason(data, world, peer=Peer("10.0.0.1")) == "ip.credential"
    assert reason(data, trusting, peer=Peer("203.0.113.1")) == "ip.credential"


def test_the_owner_is_the_ceiling() -> None:
    entry = credential("full")
    ceiling = (Scope("*", "*", "", Level.LIST | Level.READ),)
    bounded = replace(entry, principal=replace(entry.principal, ceiling=ceiling))

    assert isinstance(ask(head("GET", "/photos/key"), snapshot(bounded)), Forward)
    assert reason(head("PUT", "/photos/key"), snapshot(bounded)) == "owner.missing_right"


def test_a_refusal_says_what_was_missing() -> None:
    error = refused(head("PUT", "/photos/key"), snapshot(credential("readonly"))).error

    assert error.reason == "grant.missing"
    assert error.params == {"action": "PutObject", "levels": "write"}


# ---- prefixes --------------------------------------------------------------------------------


def test_keys_must_lie_under_the_prefix() -> None:
    world = snapshot(credential("full", HOME))

    assert isinstance(ask(head("GET", "/photos/home/a"), world), Forward)
    for target in ("/photos/homes", "/photos/other/a", "/photos/Home/a"):
        assert reason(head("GET", target), world) == "grant.missing"


def test_a_listing_above_the_prefix_is_cut() -> None:
    world = snapshot(credential("full", HOME))

    inside = ask(head("GET", "/photos?list-type=2&prefix=home%2Fsub"), world)
    above = local(head("GET", "/photos?list-type=2&delimiter=%2F"), world)

    assert isinstance(inside, Forward)
    assert above.visible_prefixes == ("home/",)
    assert above.backend == EAST
    assert reason(head("GET", "/photos?prefix=other"), world) == "grant.missing"
    for kind in ("versions", "uploads"):
        assert local(head("GET", f"/photos?{kind}"), world).visible_prefixes == ("home/",)


def test_settings_of_the_bucket_need_all_of_it() -> None:
    world = snapshot(credential("full", HOME))

    assert reason(head("GET", "/photos?versioning"), world) == "grant.missing"
    assert reason(head("PUT", "/photos?policy"), world) == "grant.missing"
    assert isinstance(ask(head("HEAD", "/photos"), world), Forward)


def test_a_multi_delete_comes_in_with_any_right_to_delete() -> None:
    for world in (
        snapshot(credential("full", HOME)),
        snapshot(credential(Access(Level.DELETE_VERSION))),
        snapshot(credential(Access(Level.DELETE))),
    ):
        assert isinstance(ask(head("POST", "/photos?delete"), world), Local)
    assert reason(head("POST", "/photos?delete"), snapshot(credential("readonly"))) == (
        "grant.missing"
    )


# ---- buckets ---------------------------------------------------------------------------------


def test_creating_a_bucket_of_ones_own_says_so() -> None:
    for access in ("readonly", "full"):
        error = refused(head("PUT", "/photos"), snapshot(credential(access))).error
        assert (error.s3.code, error.s3.status) == ("BucketAlreadyOwnedByYou", 409)
    assert reason(head("PUT", "/elsewhere")) == "bucket.out_of_scope"
    without = snapshot(credential("full", ("east", "logs", "")))
    assert refused(head("PUT", "/photos"), without).error.s3.code == "AccessDenied"


# ---- fields that give more -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"x_amz_acl": "public-read"}, "acl.not_private"),
        ({"x_amz_acl": ""}, "acl.not_private"),
        ({"x_amz_grant_read": "uri=all"}, "acl.not_private"),
        ({"x_amz_grant_full_control": "id=1"}, "acl.not_private"),
    ],
)
def test_publishing_needs_the_right_to_configure(fields: dict[str, str], expected: str) -> None:
    data = head("PUT", "/photos/key", **fields)

    assert reason(data, READWRITE) == expected
    assert isinstance(ask(data), Forward)


@pytest.mark.parametrize("acl", ["private", "bucket-owner-full-control"])
def test_harmless_acls_pass(acl: str) -> None:
    assert isinstance(ask(head("PUT", "/photos/key", x_amz_acl=acl), READWRITE), Forward)


def test_bypassing_governance_needs_two_rights() -> None:
    data = head("DELETE", "/photos/key?versionId=1", x_amz_bypass_governance_retention="true")
    harmless = head("DELETE", "/photos/key?versionId=1", x_amz_bypass_governance_retention="False")
    some = snapshot(credential(Access(ALL_LEVELS & ~Level.CONFIGURE)))

    assert reason(data, some) == "grant.missing"
    assert isinstance(ask(harmless, some), Forward)
    assert isinstance(ask(data), Forward)


def test_deleting_a_version_is_a_right_of_its_own() -> None:
    assert isinstance(ask(head("DELETE", "/photos/key"), READWRITE), Forward)
    assert reason(head("DELETE", "/photos/key?versionId=1"), READWRITE) == "grant.missing"


def test_metadata_is_bounded() -> None:
    exact = {"x_amz_meta_a": "v" * 2047}
    assert isinstance(ask(head("PUT", "/photos/key", **exact)), Forward)

    error = refused(head("PUT", "/photos/key", **exact, x_amz_meta_b="")).error

    assert error.s3.code == "MetadataTooLarge"


@pytest.mark.parametrize(
    "name",
    [
        "x-amz-server-side-encryption-customer-key",
        "x-amz-copy-source-server-side-encryption-customer-key",
    ],
)
def test_a_customer_key_never_travels_in_clear(name: str) -> None:
    source = {"x-amz-copy-source": "photos/a"} if "copy" in name else {}
    data = CLIENT.head("PUT", "/photos/key", {name: "secret", **source})
    plain = snapshot(backends={"east": replace(EAST, scheme="http")})

    answer = ask(data)

    assert isinstance(answer, Forward)
    assert f"{name}: secret".encode() in answer.head
    assert reason(data, plain) == "s3.customer_key_in_clear"
    assert reason(data, peer=replace(PEER, is_tls=False)) == "s3.customer_key_in_clear"


# ---- copies ----------------------------------------------------------------------------------


def copy(source: str, world: Snapshot | None = None) -> str:
    answer = ask(head("PUT", "/photos/key", x_amz_copy_source=source), world)
    if isinstance(answer, Forward):
        return answer.head.decode().partition("x-amz-copy-source: ")[2].partition("\r\n")[0]
    return str(answer.error.reason)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("source", "sent"),
    [
        ("photos/a", "photos-real/a"),
        ("/photos/a", "photos-real/a"),
        ("%2Fphotos%2Fa%2Fb", "photos-real/a/b"),
        ("photos/a%20b%2Bc", "photos-real/a%20b%2Bc"),
        ("photos/a+b%2B", "photos-real/a%20b%2B"),
        ("photos/a%252Fb", "photos-real/a%252Fb"),
        ("photos/gr\xc3\xbcn", "photos-real/gr%C3%BCn"),
        ("logs/a?versionId=x%2Fy", "logs/a?versionId=x%2Fy"),
        ("photos/a%3FversionId=b", "photos-real/a%3FversionId%3Db"),
    ],
)
def test_a_copy_source_is_written_anew(source: str, sent: str) -> None:
    assert copy(source) == sent


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("elsewhere/a", "bucket.out_of_scope"),
        ("photos-real/a", "bucket.out_of_scope"),
        ("%2Felsewhere%2Fa", "bucket.out_of_scope"),
        ("photos", "s3.copy_source_invalid"),
        ("photos/", "s3.copy_source_invalid"),
        ("", "s3.copy_source_invalid"),
        ("photos/a?versionId=", "s3.copy_source_invalid"),
        ("photos/a?versionId=1&x=2", "s3.copy_source_invalid"),
        ("photos/a?acl", "s3.copy_source_invalid"),
        ("photos/\xff", "s3.copy_source_invalid"),
        ("arn:aws:s3:::photos/a", "s3.copy_source_invalid"),
        ("//photos/a", "s3.copy_source_invalid"),
        ("photos/%zz", "s3.uri_invalid"),
        ("photos/%00", "s3.uri_invalid"),
        ("photos/../elsewhere/a", "s3.uri_invalid"),
        ("photos%2F..%2Felsewhere%2Fa", "s3.uri_invalid"),
        ("photos/" + "k" * 1025, "s3.key_too_long"),
        ("minio/a", "bucket.out_of_scope"),
    ],
)
def test_a_copy_source_that_may_not_be_read_is_refused(source: str, expected: str) -> None:
    assert copy(source) == expected


def test_a_copy_source_is_read_with_a_right_of_its_own() -> None:
    writer = credential(Access(Level.WRITE), ("east", "photos-real", ""))
    readable = (*writer.principal.scopes, Scope("east", "logs", "in/", Level.READ))
    mixed = replace(writer, principal=replace(writer.principal, scopes=readable))

    assert copy("photos/a", snapshot(writer)) == "grant.missing"
    assert copy("logs/in/a", snapshot(mixed)) == "logs/in/a"
    assert copy("logs/out/a", snapshot(mixed)) == "grant.missing"
    assert copy("far/a", snapshot(mixed)) == "bucket.out_of_scope"


def test_a_part_is_copied_under_the_same_rules() -> None:
    data = head("PUT", "/photos/key?uploadId=1&partNumber=1", x_amz_copy_source="elsewhere/a")

    assert reason(data) == "bucket.out_of_scope"


# ---- append-only -----------------------------------------------------------------------------

APPEND = credential("append-only")


def test_append_only_writes_on_condition_that_nothing_is_there() -> None:
    answer = forwarded(head("PUT", "/photos/key"), snapshot(APPEND))

    assert b"if-none-match: *\r\n" in answer.head
    assert not answer.must_not_exist


def test_append_only_asks_first_where_the_backend_knows_no_condition() -> None:
    world = snapshot(APPEND, backends={"east": replace(EAST, capabilities=frozenset())})

    answer = forwarded(head("PUT", "/photos/key"), world)

    assert answer.must_not_exist
    assert b"if-none-match" not in answer.head


@pytest.mark.parametrize(
    ("target", "fields"),
    [("/photos/key?uploadId=1", {}), ("/photos/key", {"x_amz_copy_source": "photos/a"})],
)
def test_append_only_asks_first_for_copies_and_completed_uploads(
    target: str, fields: dict[str, str]
) -> None:
    method = "PUT" if fields else "POST"

    answer = forwarded(head(method, target, **fields), snapshot(APPEND))

    assert answer.must_not_exist
    assert b"if-none-match: *\r\n" in answer.head


def test_append_only_takes_parts_as_they_come() -> None:
    answer = forwarded(head("PUT", "/photos/key?uploadId=1&partNumber=1"), snapshot(APPEND))

    assert not answer.must_not_exist
    assert b"if-none-match" not in answer.head


def test_append_only_never_replaces_nor_changes() -> None:
    world = snapshot(APPEND)

    assert reason(head("PUT", "/photos/key", if_match='"etag"'), world) == "object.append_only"
    assert reason(head("PUT", "/photos/key?tagging"), world) == "object.append_only"
    assert reason(head("DELETE", "/photos/key?tagging"), world) == "object.append_only"
    assert reason(head("DELETE", "/photos/key"), world) == "grant.missing"


def test_a_condition_of_an_append_only_client_cannot_be_weaker() -> None:
    answer = forwarded(head("PUT", "/photos/key", if_none_match='"other"'), snapshot(APPEND))

    assert answer.head.count(b"if-none-match") == 1
    assert b"if-none-match: *\r\n" in answer.head


def test_everybody_else_replaces_freely() -> None:
    answer = forwarded(head("PUT", "/photos/key", if_match='"etag"'), READWRITE)

    assert b'if-match: "etag"\r\n' in answer.head
    assert not answer.must_not_exist


def test_time_is_the_callers() -> None:
    assert isinstance(ask(head("GET", "/photos/key"), now=NOW + 1), Forward)
