"""
The secrets of a credential: made here, sealed to the row's access key, opened for the snapshot.
"""

from dataclasses import dataclass, field

from app.credentials.rules import new_secret_key
from app.crypto import KeyRing, SealError, Spot, is_same, new_token

_TABLE = "s3_credentials"


@dataclass(frozen=True, slots=True)
class NewSecrets:
    """
    The secrets of a new credential, in clear and as its row holds them.
    """

    secret_key: str = field(repr=False)
    session_token: str | None = field(repr=False)
    columns: dict[str, bytes | None] = field(repr=False)


def seal_new(ring: KeyRing, access_key: str, *, is_temporary: bool) -> NewSecrets:
    """
    Make the secrets of a new credential; a temporary one has a session token too.
    """
    secret_key = new_secret_key()
    token = new_token() if is_temporary else None
    return NewSecrets(
        secret_key, token, seal_secrets(ring, access_key, secret_key=secret_key, token=token)
    )


def seal_chosen(ring: KeyRing, access_key: str, secret_key: str) -> NewSecrets:
    """
    Seal a secret that a file names.
    """
    columns = seal_secrets(ring, access_key, secret_key=secret_key, token=None)
    return NewSecrets(secret_key, None, columns)


def seal_secrets(
    ring: KeyRing, access_key: str, *, secret_key: str, token: str | None
) -> dict[str, bytes | None]:
    """
    Return the sealed columns of a credential's row.
    """
    return {
        "secret_key_sealed": ring.seal(secret_key.encode(), _spot("secret_key_sealed", access_key)),
        "session_token_sealed": None
        if token is None
        else ring.seal(token.encode(), _spot("session_token_sealed", access_key)),
    }


def open_secret_key(ring: KeyRing, access_key: str, sealed: bytes) -> str:
    """
    Return the secret access key of a row.

    Raises:
        SealError: it was not sealed for this row, or by a key that is not in the ring.
    """
    return ring.open(sealed, _spot("secret_key_sealed", access_key)).decode()


def is_same_secret(ring: KeyRing, access_key: str, sealed: bytes, secret_key: str) -> bool:
    """
    Tell whether a row holds this secret; one that does not open is another.
    """
    try:
        return is_same(open_secret_key(ring, access_key, sealed), secret_key)
    except SealError:
        return False


def open_session_token(ring: KeyRing, access_key: str, sealed: bytes) -> str:
    """
    Return the session token of a row.

    Raises:
        SealError: as `open_secret_key`.
    """
    return ring.open(sealed, _spot("session_token_sealed", access_key)).decode()


def _spot(column: str, access_key: str) -> Spot:
    return Spot(_TABLE, column, access_key)
