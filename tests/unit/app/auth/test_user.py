import pytest

from app.auth.user import NewUser, parse_email, parse_role, parse_username
from app.errors.raised import StowageError
from app.rbac.levels import Role


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("admin", Role.ADMIN),
        ("user", Role.USER),
        ("readonly", Role.READONLY),
        ("editor", Role.USER),
        ("viewer", Role.READONLY),
    ],
)
def test_a_role_is_read_with_the_aliases_of_the_stock_ui(text: str, role: Role) -> None:
    assert parse_role(text) is role


@pytest.mark.parametrize("text", ["", "Admin", "root"])
def test_another_role_is_refused(text: str) -> None:
    with pytest.raises(StowageError) as caught:
        parse_role(text)

    assert (caught.value.code, caught.value.errors[0].pointer) == ("bad_request", "/role")


@pytest.mark.parametrize("name", ["a", "Ann Lee", "ü@x.org", "x" * 128])
def test_a_name_is_taken_as_it_is(name: str) -> None:
    assert parse_username(name) == name


@pytest.mark.parametrize(
    "name", ["", " ann", "ann ", "a\nb", "a\0b", "\u202eann", "\ud800", "x" * 129, "ß" * 65]
)
def test_a_name_with_blanks_or_controls_or_too_long_is_refused(name: str) -> None:
    with pytest.raises(StowageError) as caught:
        parse_username(name)

    assert caught.value.code == "bad_request"


@pytest.mark.parametrize(
    ("text", "address"), [("", ""), (" ", ""), (" a@x.org ", "a@x.org"), ("ü@x", "ü@x")]
)
def test_an_address_is_taken_without_blanks(text: str, address: str) -> None:
    assert parse_email(text) == address


@pytest.mark.parametrize("text", ["ann", "@x", "a@", "a b@x", "a@x\r\nBcc: b@y", "a@" + "x" * 260])
def test_what_can_be_no_address_is_refused(text: str) -> None:
    with pytest.raises(StowageError):
        parse_email(text)


def test_no_password_shows_in_a_repr() -> None:
    assert "hush" not in repr(NewUser("ann", "hush", "user"))
