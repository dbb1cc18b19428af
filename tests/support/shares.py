"""
A share as tests of pure rules want it.
"""

from datetime import UTC, datetime

from app.objects.place import BucketPlace
from app.shares.share import Share, Target

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SHARE = Share(
    id="01S",
    code="abcdefghijklmn",
    target=Target("object", BucketPlace("b", "docs"), ("x",)),
    owner_id="01U",
    note="",
    password_hash="$argon2id$one",
    disposition="attachment",
    starts_at=None,
    expires_at=None,
    max_downloads=0,
    download_count=0,
    max_bytes=0,
    uploaded_bytes=0,
    allowed_types=(),
    created_at=NOON,
    revoked_at=None,
    last_accessed_at=None,
)
