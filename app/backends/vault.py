"""
The secrets of backends: sealed in their rows; in memory where there is no sealing key.

Without a key a backend that YAML declares still works: this process has read its secret from the
environment. Nothing else may store a secret then.
"""

from app.backends.backend import UpstreamKey
from app.backends.chain import CredentialChain
from app.backends.rows import BackendRow
from app.crypto import KeyRing, SealError, Spot, is_same
from app.database.declared import DASHBOARD, Declaration
from app.errors import registry as errors


class Vault:
    """
    Seals and opens the secret keys of the table `backends`.
    """

    def __init__(self, ring: KeyRing | None) -> None:
        self.chain = CredentialChain()
        """What backends without a secret of their own sign with."""
        self._ring = ring
        self._unsealed: dict[str, str] = {}

    @property
    def can_seal(self) -> bool:
        """
        Tell whether there is a sealing key.
        """
        return self._ring is not None

    def require_key(self, by: Declaration = DASHBOARD) -> None:
        """
        Refuse where a secret would have to be stored and cannot be.

        Raises:
            StowageError: `secret_key_unset`.
        """
        if self._ring is None and not by.is_yaml:
            raise errors.SECRET_KEY_UNSET()

    def seal(self, backend_id: str, secret_key: str) -> bytes | None:
        """
        Return the envelope for a backend's row; nothing without a sealing key or without a secret.
        """
        if self._ring is None or not secret_key:
            return None
        return self._ring.seal(secret_key.strip().encode(), _spot(backend_id))

    def keep(self, backend_id: str, secret_key: str, *, is_sealed: bool) -> None:
        """
        Remember a secret for the life of this process, unless its row holds it.
        """
        if is_sealed or not secret_key:
            self._unsealed.pop(backend_id, None)
        else:
            self._unsealed[backend_id] = secret_key.strip()

    def forget(self, backend_id: str) -> None:
        """
        Forget the secret of a backend that is gone.
        """
        self._unsealed.pop(backend_id, None)

    def open(self, row: BackendRow) -> UpstreamKey:
        """
        Return the upstream credential of a backend.

        Raises:
            StowageError: `internal`: the secret is not there or does not open; `backend_error`:
                the machine has no key of its own.
        """
        if row.uses_chain:
            if self.chain.key is None:
                raise errors.BACKEND_ERROR(
                    reason="backend.misconfigured", params={"backend": row.id}
                )
            return self.chain.key
        secret = self._find(row)
        if secret is None:
            raise errors.INTERNAL(reason="bug")
        return UpstreamKey(row.access_key, secret)

    def holds(self, row: BackendRow, secret_key: str) -> bool:
        """
        Tell whether this is the secret the backend has now.
        """
        secret = self._find(row)
        return secret is not None and is_same(secret, secret_key.strip())

    def _find(self, row: BackendRow) -> str | None:
        if row.secret_key_sealed is None:
            return self._unsealed.get(row.id)
        if self._ring is None:
            return None
        try:
            return self._ring.open(row.secret_key_sealed, _spot(row.id)).decode()
        except SealError:
            return None


def _spot(backend_id: str) -> Spot:
    return Spot("backends", "secret_key_sealed", backend_id)
