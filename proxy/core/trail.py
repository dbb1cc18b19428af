"""
What is known of a request so far: the facts that its audit row and a refusal tell.
"""

from msgspec import Struct

from proxy.core.decision import Audited

UNKNOWN_OPERATION = "Unknown"
# Facts are the client's words until they are verified: their length is bounded here.
MAX_NAME = 128
MAX_KEY = 1024


class Trail(Struct):
    """
    Filled in while a request is decided; the one mutable value of the core.
    """

    operation: str = UNKNOWN_OPERATION
    auth_mode: str = "signed"
    backend_id: str = ""
    bucket: str = ""
    key: str = ""
    access_key: str = ""
    user_id: str = ""
    is_write: bool = False
    extra: dict[str, str] = {}
    """More children of an error document."""
    canonical_request: str = ""
    """Of a signature that did not fit: for the owner of the key, never for the answer."""
    signature: str = ""
    """What the twin found that a signature in a field should be; empty where it did not look."""

    def audited(self) -> Audited:
        """
        Return the facts as a value.
        """
        return Audited(
            self.operation,
            self.auth_mode,
            self.backend_id,
            self.bucket[:MAX_NAME],
            self.key[:MAX_KEY],
            self.access_key[:MAX_NAME],
            self.user_id,
            self.is_write,
        )
