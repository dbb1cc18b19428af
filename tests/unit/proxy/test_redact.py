import pytest

from proxy.redact import redact_target


@pytest.mark.parametrize(
    "name",
    [
        "X-Amz-Signature",
        "x-amz-signature",
        "X-AMZ-CREDENTIAL",
        "X-Amz-Security-Token",
        "Signature",
        "AWSAccessKeyId",
        "awsaccesskeyid",
        "X%2DAmz%2DSignature",
        "x-amz-server-side-encryption-customer-key",
    ],
)
def test_secret_parameters_are_replaced_in_any_spelling(name: str) -> None:
    redacted = redact_target(f"/b/k?a=1&{name}=hush%2Fhush&z=2")

    assert "hush" not in redacted
    assert redacted == f"/b/k?a=1&{name}=REDACTED&z=2"


def test_the_rest_stays_as_sent() -> None:
    assert redact_target("/b/signature=1?prefix=a%20b&uploads") == (
        "/b/signature=1?prefix=a%20b&uploads"
    )


def test_long_targets_are_cut() -> None:
    assert len(redact_target("/" + "a" * 10_000)) == 2048
