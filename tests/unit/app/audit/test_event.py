from datetime import UTC, datetime

from app.audit.actions import AuditAction, s3_action
from app.audit.event import Actor, AuditEvent
from app.rbac.levels import Role
from app.rbac.principal import ANONYMOUS, Principal, PrincipalKind

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def test_an_actors_event_carries_the_facts_of_the_request() -> None:
    principal = Principal(PrincipalKind.USER, "01K", role=Role.USER, user_id="01K")
    actor = Actor(principal, request_id="r-1", ip="10.0.0.1", user_agent="curl")

    event = actor.event(NOW, AuditAction.QUOTA_SET, backend_id="m", bucket="b", detail={"n": 1})

    assert event == AuditEvent(
        NOW, "quota.set", "ok", "01K", "m", "b", "", "r-1", "10.0.0.1", "curl", {"n": 1}
    )


def test_the_deed_of_a_credential_is_its_owners() -> None:
    principal = Principal(PrincipalKind.CREDENTIAL, "AKIA", user_id="01K")

    assert Actor(principal).id == "01K"
    assert Actor(ANONYMOUS).id == "anonymous"


def test_action_names_are_words_joined_by_dots() -> None:
    for action in AuditAction:
        assert all(word.isidentifier() for word in action.value.split("."))
        assert action.value == action.value.lower()


def test_an_s3_operation_is_named_in_lower_case() -> None:
    assert s3_action("GetObject") == "s3.proxy.getobject"
