"""
The whole story of a request: bytes in, an answer out.
"""

import pytest

from app.snapshot.values import ProxySettings
from proxy.core.decision import BodyPlan
from support.decisions import EAST, forwarded, local, refused, snapshot, verify_upstream
from support.signing import ACCESS_KEY, EMPTY, NOW, SECRET_KEY, Client, render, timestamp

pytestmark = pytest.mark.usefixtures("each_core")

# ---- forwarding ------------------------------------------------------------------------------


def test_a_signed_get_is_forwarded_under_the_upstream_credential() -> None:
    data = Client().head("GET", "/photos/a%20b/c.jpg", {"range": "bytes=0-9"})

    answer = forwarded(data)

    fields = verify_upstream(answer)
    assert answer.head.startswith(
        b"GET /photos-real/a%20b/c.jpg HTTP/1.1\r\nhost: east.example.net\r\n"
    )
    assert fields["range"] == "bytes=0-9"
    assert fields["x-amz-date"] == timestamp(NOW)
    assert fields["x-amz-content-sha256"] == EMPTY
    assert "content-length" not in fields
    assert (answer.backend, answer.is_idempotent, answer.answers_head) == (EAST, True, False)
    assert not answer.body.needs_decoder
    audited = answer.audited
    assert (audited.operation, audited.auth_mode) == ("GetObject", "signed")
    assert (audited.backend_id, audited.bucket, audited.key) == ("east", "photos-real", "a b/c.jpg")
    assert (audited.access_key, audited.user_id) == (ACCESS_KEY, "user-1")
    assert not audited.is_write


# ---- what is answered here -------------------------------------------------------------------


def test_listing_buckets_is_answered_here() -> None:
    answer = local(Client().head("GET", "/?prefix=p"))

    assert answer.audited.operation == "ListBuckets"
    assert answer.backend is None
    assert answer.credential is not None
    assert answer.request.parameters == {"prefix": "p"}


def test_a_multi_delete_is_answered_here_with_its_backend() -> None:
    answer = local(Client().head("POST", "/photos?delete"))

    assert (answer.audited.operation, answer.backend) == ("DeleteObjects", EAST)
    assert answer.audited.is_write
    assert answer.audited.bucket == "photos-real"


def test_a_form_is_left_to_its_reader() -> None:
    headers = {"host": "h", "content-type": "multipart/form-data; boundary=b"}

    known = local(render("POST", "/photos", {**headers, "content-length": "7"}))
    unknown = local(
        render(
            "POST",
            "/photos/",
            {**headers, "transfer-encoding": "chunked", "expect": "100-continue"},
        )
    )

    assert (known.audited.operation, known.audited.auth_mode) == ("PostObject", "post-policy")
    assert known.credential is None
    assert known.body == BodyPlan(7, 7, needs_decoder=False)
    assert unknown.body == BodyPlan(None, None, needs_decoder=True)
    assert unknown.expects_continue


@pytest.mark.parametrize(
    ("path", "operation"), [("/_stowage/healthz", "Healthz"), ("/_stowage/readyz", "Readyz")]
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_probes_need_no_credentials(path: str, operation: str, method: str) -> None:
    answer = local(render(method, path, {"host": "10.0.0.1:8090"}))

    assert answer.audited.operation == operation
    assert answer.audited.bucket == ""


def test_a_probe_path_is_read_only() -> None:
    assert refused(render("PUT", "/_stowage/healthz", {"host": "h"})).error.s3.status == 405


def test_a_bucket_may_hold_a_key_like_a_probe_path() -> None:
    client = Client(host="photos.s3.example.com")

    assert forwarded(client.head("GET", "/_stowage/healthz")).audited.key == "_stowage/healthz"


# ---- what is refused -------------------------------------------------------------------------


def test_a_broken_head_closes_the_connection() -> None:
    answer = refused(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")

    assert answer.closes
    assert answer.request is None
    assert answer.audited.operation == "Unknown"


def test_the_limit_of_the_head_is_the_settings() -> None:
    world = snapshot(settings=ProxySettings(max_head_bytes=32))

    assert refused(Client().head("GET", "/photos/key"), world).closes


def test_a_broken_target_leaves_the_connection_alone() -> None:
    answer = refused(render("GET", "/photos/%zz", {"host": "h"}))

    assert (answer.error.s3.code, answer.closes) == ("InvalidURI", False)


def test_a_refusal_keeps_no_frame_of_its_making() -> None:
    answer = refused(Client(secret_key="wrong").head("GET", "/photos/a.jpg"))

    assert answer.error.__traceback__ is None


def test_refusals_tell_the_true_operation() -> None:
    data = Client(secret_key="wrong").head("PUT", "/photos/key?uploadId=1&partNumber=2")

    audited = refused(data).audited

    assert audited.operation == "UploadPart"
    assert audited.is_write
    assert (audited.bucket, audited.key) == ("photos", "key")


def test_facts_of_strangers_are_bounded() -> None:
    data = render("GET", f"/{'b' * 3000}/{'k' * 3000}", {"host": "h"})

    audited = refused(data).audited

    assert (len(audited.bucket), len(audited.key)) == (128, 1024)


def test_the_operation_is_judged_before_the_signature() -> None:
    """
    What is served to nobody is told to everybody: no work is spent on its signature.
    """
    answer = refused(Client(secret_key="wrong").head("GET", "/photos?session"))

    assert answer.error.reason == "operation.refused"


def test_the_signature_is_judged_before_the_scope() -> None:
    answer = refused(Client(secret_key="wrong").head("GET", "/elsewhere/key"))

    assert answer.error.reason == "signature.mismatch"


def test_a_write_is_never_sent_twice_by_itself() -> None:
    assert not forwarded(Client().head("PUT", "/photos/key")).is_idempotent
    assert not forwarded(Client().head("DELETE", "/photos/key")).is_idempotent
    head = forwarded(Client().head("HEAD", "/photos/key"))
    assert head.is_idempotent
    assert head.answers_head


def test_nothing_secret_shows_in_an_answer() -> None:
    answer = forwarded(Client().head("GET", "/photos/key"))

    for secret in (SECRET_KEY, "upstream-secret"):
        assert secret not in repr(answer)
