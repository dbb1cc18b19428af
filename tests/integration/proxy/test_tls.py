import hashlib
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from app.certificate import Certificate
from app.errors.start import StartError
from app.snapshot.values import EMPTY
from support.certificates import make_tls_files
from support.fake_upstream import answer_all, running_fake_upstream
from support.polling import wait_until
from support.s3_clients import make_client
from support.s3_proxy import (
    FULL,
    HOST,
    SECRET,
    make_credential,
    make_route,
    make_snapshot,
    running_proxy,
)
from support.s3_raw import RawConnection, connected, signed_head
from support.seaweedfs import SeaweedFS

BUCKET = "tenant-one"
CREDENTIAL = make_credential("AKTENANT", {BUCKET: FULL})


def answer_of(folder: Path, *, ca_file: str, host: str = "127.0.0.1") -> tuple[int, str]:
    """
    Ask a backend that speaks TLS; return status and reason.
    """
    files = make_tls_files(folder, host=host)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.cert_file, files.key_file)
    with running_fake_upstream(answer_all, tls=context) as upstream:
        route = make_route(
            f"https://127.0.0.1:{upstream.port}", ca_file=ca_file.format(folder=folder)
        )
        with (
            running_proxy(make_snapshot(route, CREDENTIAL)) as proxy,
            connected(proxy.port) as client,
        ):
            client.send(signed_head(proxy.port, "GET", f"/{BUCKET}/key"))
            answer = client.read_response()
            return answer.status, answer.headers.get("x-error-reason", "")


def test_backend_is_verified_with_its_own_authority(tmp_path: Path) -> None:
    assert answer_of(tmp_path, ca_file="{folder}/ca.pem") == (200, "")


def test_backend_of_an_unknown_authority_is_refused(tmp_path: Path) -> None:
    assert answer_of(tmp_path, ca_file="") == (503, "backend.tls")


def test_backend_with_a_certificate_for_another_host_is_refused(tmp_path: Path) -> None:
    answer = answer_of(tmp_path, ca_file="{folder}/ca.pem", host="127.0.0.2")

    assert answer == (503, "backend.tls")


def test_missing_authority_file_is_a_misconfiguration(tmp_path: Path) -> None:
    answer = answer_of(tmp_path, ca_file="{folder}/nowhere.pem")

    assert answer == (503, "backend.misconfigured")


def test_unusable_certificate_is_said_at_once(tmp_path: Path) -> None:
    certificate = Certificate(str(tmp_path / "no.pem"), str(tmp_path / "no.key"))

    with (
        pytest.raises(StartError, match=r"s3_proxy\.tls"),
        running_proxy(make_snapshot(make_route("http://127.0.0.1:9")), certificate=certificate),
    ):
        pass


def test_renewed_certificate_is_taken_and_connections_go_on(tmp_path: Path) -> None:
    old = make_tls_files(tmp_path)
    certificate = Certificate(str(old.cert_file), str(old.key_file))
    first_authority = ssl.create_default_context(cafile=old.ca_file)
    probe = b"GET /_stowage/healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with (
        running_proxy(EMPTY, certificate=certificate) as proxy,
        connected_by_tls(proxy.port, first_authority) as before,
    ):
        before.send(probe)
        assert before.read_response().status == 200

        (tmp_path / "next").mkdir()
        new = make_tls_files(tmp_path / "next")
        second_authority = ssl.create_default_context(cafile=new.ca_file)
        new.key_file.replace(old.key_file)
        new.cert_file.replace(old.cert_file)

        wait_until(lambda: is_trusted(proxy.port, second_authority))
        assert not is_trusted(proxy.port, first_authority)
        before.send(probe)
        assert before.read_response().status == 200


@contextmanager
def connected_by_tls(port: int, authority: ssl.SSLContext) -> Iterator[RawConnection]:
    with (
        socket.create_connection((HOST, port), timeout=20) as plain,
        authority.wrap_socket(plain, server_hostname=HOST) as sock,
    ):
        yield RawConnection(sock)


def is_trusted(port: int, authority: ssl.SSLContext) -> bool:
    try:
        with connected_by_tls(port, authority):
            return True
    except ssl.SSLCertVerificationError:
        return False


@pytest.mark.parametrize("size", [0, 1000, 9 * 1024 * 1024])
def test_sdk_uploads_with_trailing_checksums_over_tls(
    seaweedfs: SeaweedFS, direct: Any, key: str, tmp_path: Path, size: int
) -> None:
    files = make_tls_files(tmp_path)
    route = make_route(
        seaweedfs.endpoint, access_key=seaweedfs.access_key, secret_key=seaweedfs.secret_key
    )
    certificate = Certificate(str(files.cert_file), str(files.key_file))
    body = os.urandom(size)
    with running_proxy(make_snapshot(route, CREDENTIAL), certificate=certificate) as proxy:
        endpoint = f"https://127.0.0.1:{proxy.port}"
        client = make_client(endpoint, "AKTENANT", SECRET, verify=str(files.ca_file))

        client.put_object(Bucket=BUCKET, Key=key, Body=body)

        stored = direct.get_object(Bucket=BUCKET, Key=key)
        assert hashlib.sha256(stored["Body"].read()).digest() == hashlib.sha256(body).digest()
        assert "aws-chunked" not in stored.get("ContentEncoding", "")
        answer = client.get_object(Bucket=BUCKET, Key=key)
        assert answer["Body"].read() == body
        with pytest.raises(ClientError, match="AccessDenied"):
            client.put_object(Bucket="tenant-two", Key=key, Body=body)
        client.close()
