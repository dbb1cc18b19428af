"""
The certificate of a listener: loaded, verified at the start, read again when its files change.
"""

import ssl
from dataclasses import dataclass
from pathlib import Path

import structlog

from app.errors.start import StartError

LOOK_SECONDS = 1.0
"""How often the files are looked at; that costs two system calls."""
_KEY_MISMATCH = "KEY_VALUES_MISMATCH"
_log = structlog.get_logger(__name__)

Traces = tuple[tuple[int, int, int], ...]
"""Device-independent marks of the files' state: inode, size and time of the last change."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """
    The PEM files of a certificate with its chain, and of its private key.
    """

    cert_file: str
    key_file: str

    def load(self) -> ssl.SSLContext:
        """
        Return a context that speaks TLS 1.2 or newer.

        Raises:
            OSError: a file cannot be read, or the two are no pair; `ssl.SSLError` is one too.
        """
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        # Without a password OpenSSL would ask for one at the terminal, and wait.
        context.load_cert_chain(self.cert_file, self.key_file, password=_refuse_password)
        return context

    def traces(self) -> Traces:
        """
        Return what changes when a file is written or replaced; nothing while one is missing.
        """
        try:
            found = [Path(name).stat() for name in (self.cert_file, self.key_file)]
        except OSError:
            return ()
        return tuple((entry.st_ino, entry.st_size, entry.st_mtime_ns) for entry in found)

    def explain(self, error: OSError) -> str:
        """
        Say in one line why the pair cannot be used.
        """
        files = f"{self.cert_file} and {self.key_file}"
        if not isinstance(error, ssl.SSLError):
            name = error.filename or files
            return f"{name}: {error.strerror or error}"
        if error.reason == _KEY_MISMATCH:
            return f"{files} are no pair: the key belongs to another certificate"
        return f"{files}: not the PEM files of a certificate and an open key ({error.reason})"


class _PasswordError(OSError):
    pass


def _refuse_password() -> bytes:
    raise _PasswordError(0, "the key is encrypted; leave it unencrypted and readable to us alone")


def load_certificate(certificate: Certificate, *, setting: str) -> "LiveCertificate":
    """
    Return the certificate of a listener that is about to start.

    Args:
        certificate: Its files.
        setting: The configuration's key, for the message.

    Raises:
        StartError: the pair cannot be used.
    """
    try:
        return LiveCertificate(certificate)
    except OSError as error:
        raise StartError(f"{setting}: {certificate.explain(error)}") from error


class LiveCertificate:
    """
    A certificate that follows its files; connections that exist keep what they began with.
    """

    def __init__(self, certificate: Certificate) -> None:
        """
        Load it.

        Raises:
            OSError: the pair cannot be used.
        """
        self._certificate = certificate
        self._loaded = certificate.traces()
        self._refused: Traces | None = None
        self._is_reported = False
        self.context = certificate.load()
        """For the listener: every handshake takes the newest pair by it."""
        self._newest = self.context
        self.context.sni_callback = self._choose

    def _choose(
        self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext
    ) -> None:
        # Called in every handshake, with or without a name; a context in use is never changed,
        # so that a pair is taken whole or not at all.
        if self._newest is not self.context:
            connection.context = self._newest

    def refresh(self) -> None:
        """
        Take the pair that is there now; keep the one in use while the files are no pair.

        A pair that is refused at two looks in a row is said once: between the writing of the one
        file and the other it is only passing.
        """
        found = self._certificate.traces()
        if found == self._loaded:
            self._refused = None
            return
        try:
            self._newest = self._certificate.load()
        except OSError as error:
            self._report(found, error)
            return
        self._loaded, self._refused = found, None
        _log.info("the certificate was read again", cert_file=self._certificate.cert_file)

    def _report(self, found: Traces, error: OSError) -> None:
        if found != self._refused:
            self._refused, self._is_reported = found, False
        elif not self._is_reported:
            self._is_reported = True
            problem = self._certificate.explain(error)
            _log.error("the new certificate cannot be used; the old one stays", problem=problem)
