"""
The UI's types are what the server's schemas and errors say.
"""

from app.errors.registry import REGISTRY
from dashboard.typescript import OUTPUT, find_schemas, render


def block(text: str, name: str) -> str:
    start = text.index(f"export interface {name} {{")
    return text[start : text.index("\n}\n", start)]


def test_the_committed_file_is_up_to_date() -> None:
    """Run `make generate` when this fails."""
    assert OUTPUT.read_text(encoding="utf-8") == render()


def test_an_omitted_member_is_optional_and_never_null() -> None:
    text = block(render(), "Bucket")

    assert "  name: string;" in text
    assert "  size_bytes?: number;" in text
    assert "null" not in text


def test_a_request_may_leave_out_what_has_a_default() -> None:
    text = block(render(), "UserCreate")

    assert "  username: string;" in text
    assert "  must_change_pw?: boolean;" in text


def test_an_alias_is_the_name_on_the_wire() -> None:
    assert "  PartNumber: number;" in block(render(), "CompletedPart")


def test_every_code_and_reason_has_a_type_and_a_text() -> None:
    text = render()

    for code, entry in REGISTRY.items():
        assert f'  | "{code}"\n' in text or f'  | "{code}";' in text
        for reason in entry.reasons:
            assert text.count(f'"{reason.name}"') >= 3


def test_no_two_schemas_share_a_name() -> None:
    names = [model.__name__.removesuffix("Schema") for model in find_schemas()]

    assert sorted(names) == sorted(set(names))
