"""
Where something is written, and on whose account: which limits of bytes apply there.
"""

from dataclasses import dataclass

from app.quotas.limits import NOBODY, QuotaPlace, QuotaSubject
from app.snapshot.values import BackendRoute, BucketTarget, CredentialEntry
from proxy.client_side import ClientSide
from proxy.inquiries import Inquiries
from proxy.quota_look import Look


def charged_by(credential: CredentialEntry | None) -> tuple[QuotaSubject, ...]:
    """
    Return whose limits apply to what a credential writes; strangers have none.
    """
    return NOBODY if credential is None else credential.charged


@dataclass(frozen=True, slots=True)
class Site:
    """
    A bucket, the way to it, and who writes there.
    """

    backend: BackendRoute
    bucket: str
    charged: tuple[QuotaSubject, ...] = NOBODY

    @property
    def place(self) -> QuotaPlace:
        """
        The bucket as main knows it.
        """
        return QuotaPlace(self.backend.id, self.bucket)

    def is_limited(self, client: ClientSide) -> bool:
        """
        Tell whether any limit applies.
        """
        return bool(self.charged) or self._has_own(client)

    def subjects(self, client: ClientSide) -> tuple[QuotaSubject, ...]:
        """
        Return whose limits apply.
        """
        own = (self.place.subject,) if self._has_own(client) else ()
        return (*self.charged, *own)

    def keeps_versions(self, client: ClientSide) -> bool | None:
        """
        Tell whether what is replaced there stays; `None` where a look at the object must tell.
        """
        quota = client.snapshot.quotas.get(BucketTarget(self.backend.id, self.bucket))
        return None if quota is None else quota.keeps_versions

    def look(self, client: ClientSide, inquiries: Inquiries) -> Look:
        """
        Return what asks the bucket.
        """
        return Look(client, inquiries, self.backend, self.bucket)

    def _has_own(self, client: ClientSide) -> bool:
        limited = client.snapshot.quotas
        return bool(limited) and BucketTarget(self.backend.id, self.bucket) in limited
