import pytest

from app.backends.s3_answers import verify_digest
from app.errors.raised import StowageError

SENT = "5d41402abc4b2a76b9719d911017c592"
OTHER = "7d793037a0760186574b0282f2f435e7"


@pytest.mark.parametrize(
    "answer",
    [
        {"ETag": f'"{SENT}"'},
        {"ETag": SENT},
        {},
        {"ETag": '"opaque-etag"'},
        {"ETag": f'"{OTHER}-3"'},
        {"ETag": f'"{OTHER}"', "ServerSideEncryption": "aws:kms"},
        {"ETag": f'"{OTHER}"', "SSECustomerAlgorithm": "AES256"},
    ],
)
def test_an_etag_that_is_no_checksum_says_nothing(answer: dict[str, str]) -> None:
    verify_digest(answer, SENT)


def test_a_checksum_of_other_bytes_is_refused() -> None:
    with pytest.raises(StowageError) as caught:
        verify_digest({"ETag": f'"{OTHER}"'}, SENT)

    assert (caught.value.code, caught.value.reason) == ("backend_error", "backend.corrupted")
