"""
Sealing of secrets at rest, tokens and their hashes, comparison in constant time.

An envelope is: version `0x02`, key id (one byte), nonce (12 bytes), AES-256-GCM ciphertext and tag.
Associated data are the version, the key id, the nonce and where the envelope is kept: table, column
and primary key. So an envelope that was moved to another row does not open.
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors.start import StartError

KEY_BYTES = 32
TOKEN_BYTES = 32
MAX_KEY_ID = 255

_VERSION = 2
_NONCE_BYTES = 12
_HEADER_BYTES = 2 + _NONCE_BYTES
_TAG_BYTES = 16
_HEX_LENGTH = 64
_BASE64_LENGTH = 44
_OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class SealError(Exception):
    """
    An envelope does not open: damaged, moved from another row, or of a key that we do not have.
    """


@dataclass(frozen=True, slots=True)
class Spot:
    """
    Where an envelope is kept; it opens nowhere else.
    """

    table: str
    column: str
    row_id: str
    """The primary key of the row."""

    def bound_to(self, header: bytes) -> bytes:
        """
        Return the associated data: each part after its length, so that no two spots are alike.
        """
        parts = (text.encode() for text in (self.table, self.column, self.row_id))
        return header + b"".join(len(part).to_bytes(4, "big") + part for part in parts)


class KeyRing:
    """
    The sealing keys by id. The highest id seals; all of them open.
    """

    def __init__(self, keys: Mapping[int, bytes]) -> None:
        if not keys:
            raise ValueError("a key ring holds at least one key")
        self._keys = dict(keys)
        self._ciphers = {number: AESGCM(key) for number, key in keys.items()}
        self.current_id = max(keys)

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(map(str, self.key_ids))})"

    @property
    def key_ids(self) -> tuple[int, ...]:
        """
        The ids of all keys, lowest first.
        """
        return tuple(sorted(self._keys))

    def seal(self, plaintext: bytes, spot: Spot, *, key_id: int | None = None) -> bytes:
        """
        Return the envelope of a secret for one place, under the current key or the one named.
        """
        number = self.current_id if key_id is None else key_id
        header = bytes((_VERSION, number)) + os.urandom(_NONCE_BYTES)
        return header + self._ciphers[number].encrypt(header[2:], plaintext, spot.bound_to(header))

    def open(self, envelope: bytes, spot: Spot) -> bytes:
        """
        Return the secret of an envelope that was sealed for this place.

        Raises:
            SealError: it was not, it is damaged, or its key is not in the ring.
        """
        if len(envelope) < _HEADER_BYTES + _TAG_BYTES or envelope[0] != _VERSION:
            raise SealError(f"{spot.table} {spot.row_id}: this is no sealed secret of ours")
        cipher = self._ciphers.get(envelope[1])
        if cipher is None:
            raise SealError(f"{spot.table} {spot.row_id}: sealing key {envelope[1]} is missing")
        header = envelope[:_HEADER_BYTES]
        try:
            return cipher.decrypt(header[2:], envelope[_HEADER_BYTES:], spot.bound_to(header))
        except InvalidTag:
            raise SealError(
                f"{spot.table} {spot.row_id}: the secret is damaged, or was sealed elsewhere"
            ) from None

    def is_current(self, envelope: bytes) -> bool:
        """
        Tell whether the envelope is under the key that seals now; else it wants re-sealing.
        """
        return envelope[:2] == bytes((_VERSION, self.current_id))

    def derive(self, purpose: str) -> bytes:
        """
        Return 32 bytes for one purpose, such as signing cursors; the same in every process.
        """
        kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"stowage " + purpose.encode())
        return kdf.derive(self._keys[self.current_id])


def parse_keys(text: str) -> KeyRing:
    """
    Read keys: each 64 hexadecimal digits or 44 characters of base64, `id:` before it or id 0.

    Several are separated by commas or line ends. White space around a key is ignored.

    Raises:
        StartError: a key has another form, or two have the same id. No key is repeated in it.
    """
    keys: dict[int, bytes] = {}
    for entry in text.replace(",", "\n").split("\n"):
        if not entry.strip():
            continue
        number, key = _parse_entry(entry.strip())
        if number in keys:
            raise StartError(f"two sealing keys have the id {number}")
        keys[number] = key
    if not keys:
        raise StartError("the sealing key is empty")
    return KeyRing(keys)


def _parse_entry(entry: str) -> tuple[int, bytes]:
    number, colon, key = entry.rpartition(":")
    if colon and not (number.isascii() and number.isdigit() and int(number) <= MAX_KEY_ID):
        raise StartError(f"the id of a sealing key is a number from 0 to {MAX_KEY_ID}")
    return int(number) if colon else 0, _parse_key(key.strip())


def _parse_key(text: str) -> bytes:
    try:
        if len(text) == _HEX_LENGTH:
            return bytes.fromhex(text)
        if len(text) == _BASE64_LENGTH and len(key := base64.b64decode(text, validate=True)) == 32:  # noqa: PLR2004  256 bits
            return key
    except (ValueError, binascii.Error):
        pass
    raise StartError(
        "a sealing key is 64 hexadecimal digits or 44 characters of base64: 32 random bytes"
    )


def read_key_file(path: Path) -> tuple[KeyRing, bool]:
    """
    Read the key file, or make it with one random key and mode 0600; tell whether it was made.

    Of two starters that find it missing, one makes it and both read the same key.

    Raises:
        StartError: it cannot be read or made, others may read it, or it holds no key.
    """
    try:
        is_new = _make_key_file(path)
        return parse_keys(_read_private(path)), is_new
    except OSError as error:
        raise StartError(f"the sealing key file {path}: {error.strerror}") from error


def _make_key_file(path: Path) -> bool:
    """
    Make the file whole under another name first, so that nobody ever reads a part of it.
    """
    if path.exists():
        return False
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    number = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(number, "w") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(fresh, path)  # unlike a rename it never replaces a key that somebody uses
    except FileExistsError:
        return False
    finally:
        fresh.unlink()
    return True


def _read_private(path: Path) -> str:
    with path.open() as file:
        if os.fstat(file.fileno()).st_mode & _OPEN_TO_OTHERS:
            raise StartError(
                f"the sealing key file {path} is open to others; run: chmod 600 {path}"
            )
        return file.read()


def new_token() -> str:
    """
    Return 32 random bytes as 43 characters that may stand in a URL or a cookie.
    """
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> str:
    """
    Return the SHA-256 of a token in hexadecimal: what is stored in its place.

    Only for random tokens; a password wants a slow hash.
    """
    return hashlib.sha256(_encode(token)).hexdigest()


def is_same(left: str, right: str) -> bool:
    """
    Compare two secrets in a time that does not tell where they differ.
    """
    return hmac.compare_digest(_encode(left), _encode(right))


def _encode(text: str) -> bytes:
    # What a stranger sends may hold half of a surrogate pair; that is no reason to fail.
    return text.encode("utf-8", "surrogatepass")
