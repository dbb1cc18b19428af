from app.rbac.principal import Principal, PrincipalKind


def test_bytes_are_held_to_the_limits_of_whose_deed_it_is_or_who_answers_for_it() -> None:
    visitor = Principal(PrincipalKind.SHARE, "share", answered_by="owner")
    credential = Principal(PrincipalKind.CREDENTIAL, "AK", user_id="user", answered_by="owner")

    assert visitor.charged_user_id == "owner"
    assert credential.charged_user_id == "user"
    assert Principal(PrincipalKind.ANONYMOUS, "anonymous").charged_user_id is None
