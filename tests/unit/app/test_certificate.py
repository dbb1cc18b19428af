import ssl
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from app.certificate import Certificate, LiveCertificate, load_certificate
from app.errors.start import StartError
from support.certificates import TlsFiles, make_tls_files


def pair(files: TlsFiles) -> Certificate:
    return Certificate(str(files.cert_file), str(files.key_file))


def served_by(live: LiveCertificate) -> bytes:
    """
    Return the certificate that a client is shown; no socket is needed for that.
    """
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    client = trusting.wrap_bio(to_client, to_server)
    server = live.context.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    shown = client.getpeercert(binary_form=True)
    assert shown is not None
    return shown


def test_new_pair_is_served_once_it_is_there(tmp_path: Path) -> None:
    files = make_tls_files(tmp_path)
    live = LiveCertificate(pair(files))
    before = served_by(live)
    live.refresh()
    assert served_by(live) == before

    make_tls_files(tmp_path)
    live.refresh()

    assert served_by(live) != before


def test_half_written_pair_leaves_the_old_one_in_use_and_is_said_once(tmp_path: Path) -> None:
    files = make_tls_files(tmp_path)
    live = LiveCertificate(pair(files))
    before = served_by(live)
    (tmp_path / "other").mkdir()
    other = make_tls_files(tmp_path / "other")
    files.cert_file.write_bytes(other.cert_file.read_bytes())

    with capture_logs() as logs:
        for _ in range(4):
            live.refresh()

    assert served_by(live) == before
    assert [line["log_level"] for line in logs] == ["error"]
    assert "are no pair" in logs[0]["problem"]

    files.key_file.write_bytes(other.key_file.read_bytes())
    live.refresh()
    assert served_by(live) != before


def test_missing_file_leaves_the_old_pair_in_use(tmp_path: Path) -> None:
    files = make_tls_files(tmp_path)
    live = LiveCertificate(pair(files))
    before = served_by(live)

    files.key_file.unlink()
    live.refresh()

    assert served_by(live) == before


def spoil_nothing_there(files: TlsFiles) -> None:
    files.key_file.unlink()


def spoil_other_key(files: TlsFiles) -> None:
    folder = files.key_file.parent / "other"
    folder.mkdir()
    files.key_file.write_bytes(make_tls_files(folder).key_file.read_bytes())


def spoil_no_pem(files: TlsFiles) -> None:
    files.cert_file.write_text("this is no PEM")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (spoil_nothing_there, r"key\.pem: No such file"),
        (spoil_other_key, "are no pair"),
        (spoil_no_pem, "not the PEM files"),
    ],
)
def test_start_says_what_is_wrong_with_the_pair(tmp_path: Path, spoil: object, words: str) -> None:
    files = make_tls_files(tmp_path)
    assert callable(spoil)
    spoil(files)

    with pytest.raises(StartError, match=rf"^s3_proxy\.tls: .*{words}"):
        load_certificate(pair(files), setting="s3_proxy.tls")


def test_encrypted_key_is_refused_and_nobody_is_asked_for_its_password(tmp_path: Path) -> None:
    files = make_tls_files(tmp_path, password=b"secret")

    with pytest.raises(StartError, match="the key is encrypted"):
        load_certificate(pair(files), setting="s3_proxy.tls")
