"""
Keys and queries of any kind through both signers: what a client signs is what is understood.
"""

from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from proxy.core.decision import Forward
from proxy.core.request import parse_query
from proxy.sigv4.canonical import canonical_paths, canonical_query
from support.decisions import ask, forwarded, verify_upstream
from support.signing import Client

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
KEYS = TEXT.filter(lambda key: key and not {".", ".."} & set(key.split("/")))
PAIRS = st.dictionaries(st.sampled_from(["prefix", "delimiter", "marker"]), TEXT)


@given(KEYS.filter(lambda key: len(key.encode()) <= 1024))
def test_every_key_arrives_as_it_was_meant(key: str) -> None:
    path = "/photos/" + quote(key, safe="/~")

    answer = forwarded(Client().head("GET", path))

    assert answer.audited.key == key
    verify_upstream(answer)
    assert answer.head.split(b" ")[1].decode() == "/photos-real/" + quote(key, safe="/")


@given(PAIRS)
def test_every_query_arrives_as_it_was_meant(pairs: dict[str, str]) -> None:
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs.items())

    answer = ask(Client().head("GET", f"/photos?{query}"))

    assert isinstance(answer, Forward)
    assert answer.request.parameters == pairs
    verify_upstream(answer)


@given(st.dictionaries(TEXT.filter(bool), TEXT, max_size=6))
def test_a_canonical_query_reads_back_and_is_stable(pairs: dict[str, str]) -> None:
    text = canonical_query(pairs.items())

    assert dict(parse_query(text)) == pairs
    assert canonical_query(parse_query(text)) == text


@given(KEYS)
def test_a_canonical_path_is_stable(key: str) -> None:
    for form in canonical_paths("/" + quote(key, safe="/!'()*+=&,:;@$")):
        assert form in canonical_paths(form)
