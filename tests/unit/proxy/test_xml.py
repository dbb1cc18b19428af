import pytest
from lxml import etree

from app.errors.raised import StowageError
from app.snapshot.values import CorsRule
from proxy import xml
from proxy.xml import parse_cors_configuration

ONE = b"<Delete><Object><Key>a</Key></Object></Delete>"


def refusal(body: bytes) -> str | None:
    with pytest.raises(StowageError) as caught:
        xml.parse_delete_request(body)
    return caught.value.reason


def test_delete_request_is_read_with_and_without_namespace() -> None:
    plain = xml.parse_delete_request(
        b"<Delete><Quiet>true</Quiet><Object><Key>a b&amp;c</Key><VersionId>v</VersionId>"
        b'<ETag>"x"</ETag></Object><!-- note --><Object><Key>  d </Key></Object></Delete>'
    )
    named = xml.parse_delete_request(
        b'<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Object><Key>a</Key></Object>'
        b"</Delete>"
    )

    assert plain.is_quiet
    assert plain.objects[0] == xml.ObjectToDelete("a b&c", "v", {"ETag": '"x"'})
    assert plain.objects[1].key == "  d "
    assert named == xml.parse_delete_request(ONE)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        b"<Delete><Object><Key>a</Key></Object>",
        b"<Other><Object><Key>a</Key></Object></Other>",
        b"<Delete><Object></Object></Delete>",
        b"<Delete><Object><Key>a</Key><Key>b</Key></Object></Delete>",
        b"<Delete><Object><Key>a<b/></Key></Object></Delete>",
        b"<Delete><Object><Name>a</Name></Object></Delete>",
        b"<Delete><Quiet>perhaps</Quiet><Object><Key>a</Key></Object></Delete>",
        b"<!DOCTYPE Delete><Delete><Object><Key>a</Key></Object></Delete>",
        b'<!DOCTYPE Delete [<!ENTITY e "x">]><Delete><Object><Key>&e;</Key></Object></Delete>',
        b'<!DOCTYPE d SYSTEM "file:///etc/passwd"><Delete><Object><Key>a</Key></Object></Delete>',
    ],
)
def test_anything_else_is_malformed(body: bytes) -> None:
    assert refusal(body) == "s3.xml_malformed"


def test_a_delete_names_one_to_a_thousand_keys() -> None:
    entry = b"<Object><Key>a</Key></Object>"

    assert len(xml.parse_delete_request(b"<Delete>" + entry * 1000 + b"</Delete>").objects) == 1000
    assert refusal(b"<Delete>" + entry * 1001 + b"</Delete>") == "s3.too_many_keys"
    assert refusal(b"<Delete></Delete>") == "s3.too_many_keys"


@pytest.mark.parametrize("key", ["plain", "a&b<c>'\"", "nul\tab", "cr\rlf\n", "ünï/ /🙂", "]]>"])
def test_delete_request_survives_the_round_trip(key: str) -> None:
    request = xml.DeleteRequest((xml.ObjectToDelete(key, "v1", {"Size": "3"}),), is_quiet=True)

    assert xml.parse_delete_request(xml.render_delete_request(request)) == request


def test_refused_keys_join_the_upstream_result() -> None:
    upstream = (
        b'<?xml version="1.0"?><DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        b"<Deleted><Key>a&amp;</Key></Deleted><Host>10.0.0.1</Host></DeleteResult>"
    )
    refused = [xml.RefusedKey("b<", "v", "AccessDenied", "No.")]

    document = etree.fromstring(xml.render_delete_result(upstream, refused))

    entries = [(name, dict(texts(entry))) for name, entry in xml.children(document)]
    assert entries == [
        ("Deleted", {"Key": "a&"}),
        ("Error", {"Key": "b<", "VersionId": "v", "Code": "AccessDenied", "Message": "No."}),
    ]


def texts(entry: etree._Element) -> list[tuple[str, str]]:
    return [(name, child.text or "") for name, child in xml.children(entry)]


def test_result_without_upstream_holds_refusals_alone() -> None:
    body = xml.render_delete_result(None, [xml.RefusedKey("b", "", "AccessDenied", "No.")])

    assert b"<Key>b</Key><Code>AccessDenied</Code>" in body


def test_bucket_list_has_what_paging_clients_read() -> None:
    body = xml.render_bucket_list(
        [("alpha", "2026-01-01T00:00:00.000Z", "eu-1"), ("beta", "2026-01-02T00:00:00.000Z", "")],
        owner_id="AK",
        prefix="a",
        continuation_token="next",
    )

    document = etree.fromstring(body)
    assert [name for name, _ in xml.children(document)] == [
        "Owner",
        "Buckets",
        "ContinuationToken",
        "Prefix",
    ]
    buckets = [dict(texts(bucket)) for _, bucket in xml.children(document[1])]
    assert buckets[0] == {
        "Name": "alpha",
        "CreationDate": "2026-01-01T00:00:00.000Z",
        "BucketRegion": "eu-1",
    }
    assert "BucketRegion" not in buckets[1]


CORS = """<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><CORSRule><ID>a</ID>
<AllowedOrigin>https://*.example</AllowedOrigin><AllowedOrigin>*</AllowedOrigin>
<AllowedMethod>GET</AllowedMethod><AllowedHeader>x-*</AllowedHeader>
<ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>60</MaxAgeSeconds></CORSRule></CORSConfiguration>"""


def test_cors_rules_are_read() -> None:
    rule = CorsRule(("https://*.example", "*"), ("GET",), ("x-*",), ("ETag",), 60)

    assert parse_cors_configuration(CORS.encode()) == (rule,)


ORIGIN, METHOD = "<AllowedOrigin>*</AllowedOrigin>", "<AllowedMethod>GET</AllowedMethod>"


@pytest.mark.parametrize(
    "rules",
    [
        "",
        "<Rule/>",
        f"<CORSRule>{ORIGIN}</CORSRule>",
        f"<CORSRule>{METHOD}</CORSRule>",
        f"<CORSRule>{ORIGIN}{METHOD}<Vary/></CORSRule>",
        f"<CORSRule>{ORIGIN}{METHOD}<MaxAgeSeconds>-1</MaxAgeSeconds></CORSRule>",
        f"<CORSRule>{ORIGIN}{METHOD}{2 * '<MaxAgeSeconds>1</MaxAgeSeconds>'}</CORSRule>",
        f"<CORSRule>{ORIGIN}{METHOD}<MaxAgeSeconds>1000000000</MaxAgeSeconds></CORSRule>",
        f"<CORSRule>{METHOD}<AllowedOrigin><b/></AllowedOrigin></CORSRule>",
    ],
)
def test_what_are_no_cors_rules_is_malformed(rules: str) -> None:
    document = f"<CORSConfiguration>{rules}</CORSConfiguration>"

    with pytest.raises(StowageError) as refused:
        parse_cors_configuration(document.encode())

    assert refused.value.reason == "s3.xml_malformed"
