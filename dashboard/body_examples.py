"""
A body for each call that takes one, as the documentation shows it.
"""

from collections.abc import Mapping
from typing import Any

_PLACE = {"backend_id": "minio", "bucket": "reports"}
_SCOPE = {**_PLACE, "prefix": "2026/", "access": "readonly"}
_PASSPHRASE = "correct horse battery staple"  # noqa: S105  what everybody knows is no secret
_END = "2027-01-31T00:00:00Z"
_UPSTREAM = {
    "endpoint": "https://minio.example.org:9000",
    "region": "us-east-1",
    "access_key": "AKIAEXAMPLE",
    "secret_key": "…",
}

BODIES: Mapping[str, Mapping[str, Any]] = {
    "AliasCreate": {"name": "yearly-reports", **_PLACE},
    "AnonymousBindingPut": {**_PLACE, "mode": "ReadOnly", "per_source_ip_rps": 20},
    "BucketCreate": {"name": "reports", "region": ""},
    "BucketTagsPut": {"tags": {"team": "finance"}},
    "ConfigReloadRequest": {"hash": "9f86d081884c7d65"},
    "CorsPut": {
        "rules": [
            {
                "allowed_origins": ["https://app.example.org"],
                "allowed_methods": ["GET", "HEAD"],
                "max_age_seconds": 600,
            }
        ]
    },
    "CredentialCreate": {
        "backend_id": "minio",
        "buckets": ["reports"],
        "access": "readwrite",
        "prefixes": ["2026/"],
        "description": "nightly export",
        "expires_at": _END,
        "cidrs": ["192.0.2.0/24"],
    },
    "CredentialPatch": {"enabled": False, "description": "no longer needed"},
    "CredentialRotate": {"overlap_days": 7},
    "CredentialTest": {"bucket": "reports"},
    "DeleteKeys": {"keys": [{"key": "2026/draft.txt"}, {"key": "2026/old.txt"}]},
    "EncryptionPut": {"algorithm": "AES256"},
    "EndpointCreate": {"id": "minio", "name": "MinIO", **_UPSTREAM, "path_style": True},
    "EndpointPatch": {"maintenance": True},
    "EndpointTest": {**_UPSTREAM, "path_style": True},
    "FolderCreate": {"key": "2026/drafts/"},
    "GrantCreate": {"subject": {"kind": "group", "id": "finance"}, **_SCOPE},
    "GrantPatch": {"access": ["list", "read", "write"]},
    "GroupBody": {"name": "finance", "members": [], "claim_values": ["cn=finance"]},
    "JobCreate": {
        "kind": "copy",
        "source": {**_PLACE, "prefix": "2026/"},
        "target": {"backend_id": "archive", "bucket": "reports", "prefix": "2026/"},
        "options": {"on_conflict": "newer"},
    },
    "LegalHoldPut": {"on": True},
    "LifecyclePut": {
        "rules": [{"id": "old logs", "prefix": "logs/", "enabled": True, "expiration_days": 30}]
    },
    "Login": {"username": "ada", "password": _PASSPHRASE},
    "MetadataPut": {"metadata": {"author": "ada"}},
    "ObjectCopy": {"src_key": "2026/a.txt", "dst_key": "2026/b.txt", "dst_bucket": "archive"},
    "ObjectLockPut": {"enabled": True, "mode": "GOVERNANCE", "days": 30},
    "PasswordChange": {"current_password": _PASSPHRASE, "new_password": f"{_PASSPHRASE} again"},
    "PasswordReset": {"new_password": _PASSPHRASE},
    "PinCreate": _PLACE,
    "PolicyPut": {
        "policy": '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*",'
        '"Action":"s3:DeleteObject","Resource":"arn:aws:s3:::reports/*"}]}'
    },
    "PrefixCopy": {"src_prefix": "2026/", "dst_prefix": "archive/2026/"},
    "PrefixDelete": {"prefix": "2026/drafts/"},
    "PresignCreate": {"key": "2026/summary.pdf", "method": "GET", "expires_in": 3600},
    "QuotaPut": {"soft_bytes": 900_000_000, "hard_bytes": 1_000_000_000},
    "RetentionPut": {"mode": "GOVERNANCE", "until": _END},
    "ShareCreate": {
        "kind": "object",
        **_PLACE,
        "key": "2026/summary.pdf",
        "expires_at": _END,
        "password": _PASSPHRASE,
        "max_downloads": 5,
    },
    "SharePatch": {"expires_at": _END, "max_downloads": 10},
    "ShareUnlock": {"password": _PASSPHRASE},
    "SizeTrackingPut": {"enabled": False},
    "TagsPut": {"tags": {"state": "final"}},
    "TokenCreate": {"name": "backup script", "expires_at": _END, "scopes": [_SCOPE]},
    "UploadComplete": {"parts": [{"PartNumber": 1, "ETag": '"9e107d9d372bb6826bd81d3542a419d6"'}]},
    "UploadCreate": {"content_type": "video/mp4", "metadata": {"author": "ada"}},
    "UserCreate": {
        "username": "ada",
        "email": "ada@example.org",
        "password": _PASSPHRASE,
        "role": "user",
    },
    "UserPatch": {"role": "readonly"},
    "VersioningPut": {"enabled": True},
    "ZipCreate": {"keys": ["2026/summary.pdf", "2026/charts/"]},
}
"""By the name of the schema."""
