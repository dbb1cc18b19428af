"""
Trying an endpoint: the step that fails names what is wrong with it.
"""

import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from app.backends.rows import NewBackend
from app.backends.trial import Trial, try_backend
from app.crypto import KeyRing
from app.errors.raised import StowageError
from support.certificates import make_tls_files
from support.fake_upstream import Conversation, Script, running_fake_upstream
from support.seaweedfs import SeaweedFS
from support.state import Places
from support.stores import ADMIN, Stores, open_stores

STEPS = ["dns", "tcp", "clock", "signature", "list", "region", "addressing"]
LISTING = b"""<?xml version="1.0"?><ListAllMyBucketsResult><Buckets><Bucket><Name>docs</Name>
</Bucket></Buckets></ListAllMyBucketsResult>"""


def refusal(code: str) -> bytes:
    return f"<?xml version='1.0'?><Error><Code>{code}</Code></Error>".encode()


def answering(
    *, buckets: bytes = b"", bucket: bytes = b"", skew: timedelta = timedelta()
) -> Script:
    """
    Return an upstream with answers to the plain request, to ListBuckets and to the look inside.
    """

    def script(conversation: Conversation) -> None:
        while head := conversation.read_head():
            date = format_datetime(datetime.now(UTC) + skew, usegmt=True)
            is_signed = b"authorization:" in head.lower()
            is_inside = not head.startswith(b"GET / ")
            body = bucket if is_inside else buckets if is_signed else b""
            status = "400 Bad Request" if b"<Error>" in body else "200 OK"
            conversation.answer(
                body,
                status="403 Forbidden" if b"AccessDenied" in body else status,
                headers=f"Date: {date}\r\nContent-Type: application/xml\r\n",
            )

    return script


async def trial_of(script: Script) -> Trial:
    with running_fake_upstream(script) as upstream:
        endpoint = f"http://127.0.0.1:{upstream.port}"
        return await try_backend(NewBackend("x", endpoint, "key", "secret", path_style=True))


async def test_a_sound_endpoint_passes_every_step(seaweedfs: SeaweedFS) -> None:
    trial = await try_backend(
        NewBackend(
            "x",
            seaweedfs.endpoint,
            seaweedfs.access_key,
            seaweedfs.secret_key,
            path_style=True,
        )
    )

    assert [(step.name, step.is_ok) for step in trial.steps] == [(name, True) for name in STEPS]


@pytest.mark.parametrize(
    ("script", "step", "reason"),
    [
        (answering(skew=timedelta(hours=-1)), "clock", "backend.clock"),
        (answering(buckets=refusal("InvalidAccessKeyId")), "signature", "backend.auth_failed"),
        (answering(buckets=refusal("AccessDenied")), "list", "backend.permission"),
        (
            answering(buckets=LISTING, bucket=refusal("AuthorizationHeaderMalformed")),
            "region",
            "backend.region",
        ),
        (
            answering(buckets=LISTING, bucket=refusal("InvalidURI")),
            "addressing",
            "backend.addressing",
        ),
    ],
)
async def test_the_step_that_fails_is_the_last_and_says_why(
    script: Script, step: str, reason: str
) -> None:
    trial = await trial_of(script)

    assert [one.name for one in trial.steps] == STEPS[: STEPS.index(step) + 1]
    assert (trial.steps[-1].is_ok, trial.steps[-1].reason) == (False, reason)
    assert trial.error


@pytest.mark.parametrize(
    ("endpoint", "step", "reason"),
    [
        ("http://no-such-host.invalid", "dns", "backend.dns"),
        ("http://127.0.0.1:9", "tcp", "backend.unreachable"),
    ],
)
async def test_an_address_that_leads_nowhere_is_told_from_one_that_nobody_answers(
    endpoint: str, step: str, reason: str
) -> None:
    trial = await try_backend(NewBackend("x", endpoint, "key", "secret"))

    assert (trial.steps[-1].name, trial.steps[-1].reason) == (step, reason)


async def test_who_may_look_into_no_bucket_is_no_wrong_address() -> None:
    trial = await trial_of(answering(buckets=LISTING, bucket=refusal("AccessDenied")))

    assert trial.is_healthy


async def test_a_certificate_is_looked_at_by_itself(tmp_path: Path) -> None:
    files = make_tls_files(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(files.cert_file, files.key_file)
    with running_fake_upstream(answering(buckets=LISTING), tls=tls) as upstream:
        new = NewBackend(
            "x", f"https://127.0.0.1:{upstream.port}", "key", "secret", path_style=True
        )
        strange = await try_backend(new)

    assert [one.name for one in strange.steps] == ["dns", "tcp", "tls"]
    assert strange.steps[-1].reason == "backend.tls"


async def test_a_stored_backend_is_tried_with_the_key_it_has(
    stores: Stores, seaweedfs: SeaweedFS
) -> None:
    keys = (seaweedfs.access_key, seaweedfs.secret_key)
    await stores.backends.create(ADMIN, NewBackend("main", seaweedfs.endpoint, *keys))

    trial = await stores.backends.test_stored(ADMIN, "main")

    assert trial.is_healthy, trial
    assert [step.name for step in trial.steps][-1] == "addressing"
    event = (await stores.events())[0]
    assert (event.action, event.backend_id) == ("backend.test", "main")
    assert seaweedfs.secret_key not in event.detail
    with pytest.raises(StowageError, match="not_found"):
        await stores.backends.test_stored(ADMIN, "gone")


async def test_a_stored_backend_whose_secret_does_not_open_is_not_tried(
    stores: Stores, places: Places, tmp_path: Path
) -> None:
    await stores.backends.create(ADMIN, NewBackend("main", "http://127.0.0.1:9", "AK", "secret"))

    async with open_stores(places, tmp_path / "other", ring=KeyRing({1: bytes(32)})) as other:
        with pytest.raises(StowageError, match="backend_error") as caught:
            await other.backends.test_stored(ADMIN, "main")
        assert caught.value.reason == "backend.misconfigured"
