"""
The whole story of a request: bytes in, an answer out.
"""

from support.decisions import EAST, forwarded, verify_upstream
from support.signing import ACCESS_KEY, EMPTY, NOW, Client, timestamp

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
