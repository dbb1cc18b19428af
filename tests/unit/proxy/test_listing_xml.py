import pytest

from app.errors.raised import StowageError
from proxy.core.listing import Cut, Entry, ListingQuery, open_cut, parse_listing
from proxy.listing_xml import parse_page, render_cut

PAGE = b"""<?xml version="1.0"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
<Name>real</Name><IsTruncated>true</IsTruncated><NextMarker>a+b%0A</NextMarker>
<EncodingType>url</EncodingType>
<Contents><Key>a+b%2B%01</Key><Size>3</Size><Owner><ID>me&amp;</ID></Owner></Contents>
<CommonPrefixes><Prefix>c%2F</Prefix></CommonPrefixes>
</ListBucketResult>"""


def query(operation: str = "ListObjects", **parameters: str) -> ListingQuery:
    given = {name.replace("_", "-"): value for name, value in parameters.items()}
    return parse_listing(operation, given)


def full(asked: ListingQuery, *entries: Entry, **facts: object) -> Cut:
    cut = open_cut(asked, ("a",))
    cut.entries += entries
    for name, value in facts.items():
        setattr(cut, name, value)
    return cut


def test_names_of_a_page_are_decoded() -> None:
    page = parse_page(PAGE, query())

    assert [entry.name for entry in page.entries] == ["a b+\x01", "c/"]
    assert [entry.is_prefix for entry in page.entries] == [False, True]
    assert (page.is_truncated, page.next_marker) == (True, "a b\n")
    assert page.entries[0].rest == "<Size>3</Size><Owner><ID>me&amp;</ID></Owner>"


def test_owner_is_for_those_who_ask() -> None:
    assert "Owner" not in parse_page(PAGE, query("ListObjectsV2")).entries[0].rest
    assert "Owner" in parse_page(PAGE, query("ListObjectsV2", fetch_owner="true")).entries[0].rest


def test_names_are_escaped_when_the_client_asks_for_it() -> None:
    asked = query(encoding_type="url", prefix="a b", delimiter="\x01")
    cut = full(asked, Entry("a b+\x01/ü", element="Contents", rest="<Size>1</Size>"))

    document = render_cut(cut, "mine").decode()

    assert "<Key>a+b%2B%01/%C3%BC</Key><Size>1</Size>" in document
    assert "<Prefix>a+b</Prefix>" in document
    assert "<Delimiter>%01</Delimiter><EncodingType>url</EncodingType>" in document
    assert "<Name>mine</Name>" in document


def test_version_page_says_where_the_next_begins() -> None:
    cut = full(query("ListObjectVersions"), is_truncated=True, marker="a&", second="v1")

    document = render_cut(cut, "mine").decode()

    assert "<NextKeyMarker>a&amp;</NextKeyMarker>" in document
    assert "<NextVersionIdMarker>v1</NextVersionIdMarker>" in document


def test_upload_page_names_bucket_and_size_as_s3_does() -> None:
    document = render_cut(full(query("ListMultipartUploads")), "mine").decode()

    assert "<Bucket>mine</Bucket>" in document
    assert "<MaxUploads>1000</MaxUploads>" in document


@pytest.mark.parametrize("body", [b"", b"<html/>", b"<ListVersionsResult/>"])
def test_page_of_another_kind_is_refused(body: bytes) -> None:
    with pytest.raises(StowageError):
        parse_page(body, query())
