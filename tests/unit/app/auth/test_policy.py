import pytest

from app.auth.policy import check_password, score_password
from app.config.identity import PasswordConfig
from app.errors.raised import StowageError

POLICY = PasswordConfig()


async def _reason(
    password: str, policy: PasswordConfig = POLICY, about: tuple[str, ...] = ()
) -> str:
    try:
        await check_password(password, policy, about=about)
    except StowageError as error:
        return error.reason or error.code
    return ""


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "password.length"),
        ("ü" * 11, "password.length"),
        ("x" * 257, "password.too_long"),
        ("passwordpassword", "password.guessable"),
        ("stowagestowage", "password.guessable"),
        ("vK9-tumble-Harbor", ""),
    ],
)
async def test_a_password_meets_the_policy_or_the_rule_is_named(password: str, reason: str) -> None:
    assert await _reason(password) == reason


async def test_length_is_counted_in_characters() -> None:
    assert await _reason("üöäüöäüöäüöä", PasswordConfig(zxcvbn_min_score=0)) == ""


async def test_what_is_known_of_the_user_makes_a_password_guessable() -> None:
    password = "quentinbarrowdale"

    assert await _reason(password) == ""
    assert await _reason(password, about=("quentin", "quentin@barrowdale.org")) == (
        "password.guessable"
    )


async def test_one_users_words_do_not_count_against_another() -> None:
    score_password("quentinbarrowdale", ["quentin", "barrowdale"])

    assert score_password("quentinbarrowdale", []) >= 3


async def test_both_rules_can_be_switched_off() -> None:
    assert await _reason("a", PasswordConfig(min_length=0, zxcvbn_min_score=0)) == ""


async def test_a_long_password_is_scored_by_its_beginning() -> None:
    assert await _reason("tumble-Harbor-9 " * 16) == ""
