"""
Keys of where objects live: backends, buckets, aliases.
"""

from typing import Literal

from pydantic import Field

from app.config.urls import Endpoint
from app.config.values import Count, Document, Flag, Items, SecretSource, Section
from app.config.words import BackendIdText, BucketText

ProviderName = Literal[
    "", "aws", "r2", "b2", "wasabi", "minio", "garage", "seaweedfs", "ceph", "gcs"
]
"""A service whose quirks are known; the table is in `app.backends.presets`, a test compares."""


class CapabilityConfig(Section):
    """
    What a backend can do, where the operator knows better than probing. Left out: probed.
    """

    versioning: Flag | None = None
    """Keeps versions of objects."""
    object_lock: Flag | None = None
    """Retention and legal hold."""
    lifecycle: Flag | None = None
    """Lifecycle rules."""
    bucket_policy: Flag | None = None
    """Bucket policies."""
    cors: Flag | None = None
    """CORS rules of its own."""
    tagging: Flag | None = None
    """Tags on objects."""
    server_side_encrypt: Flag | None = None
    """Default encryption of a bucket."""
    conditional_writes: Flag | None = None
    """Honours `If-None-Match: *` on a PUT."""
    chunked_upload: Flag | None = None
    """Takes a body framed as aws-chunked."""
    literal_dot_segments: Flag | None = None
    """Takes `.` and `..` in a key as they stand instead of walking up the path."""


class BackendConfig(Section):
    """
    One S3-compatible storage.
    """

    id: BackendIdText
    """Its id in URLs, grants and the audit log; never changes."""
    name: str = Field("", max_length=128)
    """Its name for people; empty means the id."""
    type: Literal["s3v4"]
    """The protocol; there is one."""
    endpoint: Endpoint = ""
    """`https://host[:port]`; empty means the address that the preset and the region give."""
    region: str = Field("", max_length=64)
    """The region to sign for; empty means the preset's, else `us-east-1`."""
    access_key_env: str = ""
    """Variable with the access key id."""
    access_key_file: str = ""
    """File with the access key id."""
    secret_key_env: str = ""
    """Variable with the secret access key."""
    secret_key_file: str = ""
    """File with the secret access key."""
    credential_chain: Flag = False
    """Take the machine's own key, renewed by itself, instead of naming one: AWS's credential chain
    of environment, web identity, container and instance role."""
    path_style: Flag | None = None
    """`host/bucket/key` instead of `bucket.host/key`; left out means the preset's, else false."""
    preset: ProviderName = ""
    """The service behind the endpoint, so that its quirks are known."""
    ca_file: str = ""
    """PEM file with the authorities to trust instead of the system's."""
    enabled: Flag = True
    """Whether it is there at all; false hides it and keeps what was set up for it."""
    maintenance: Flag = False
    """Answer every request for it with 503 and leave it alone."""
    capabilities: CapabilityConfig = CapabilityConfig()
    """What it can do, where probing is wrong."""

    @property
    def access_key(self) -> SecretSource:
        """
        Where the access key id is read from.
        """
        return SecretSource(self.access_key_env, self.access_key_file)

    @property
    def secret_key(self) -> SecretSource:
        """
        Where the secret access key is read from.
        """
        return SecretSource(self.secret_key_env, self.secret_key_file)


class BucketQuotaConfig(Section):
    """
    How much a bucket may hold; 0 means that this limit is not set.
    """

    soft_bytes: Count = 0
    """From here on it is shown as nearly full."""
    hard_bytes: Count = 0
    """Beyond this, uploads are refused."""


class BucketConfig(Section):
    """
    A bucket that must exist, with the settings that must hold. What is left out is left alone.
    """

    backend: BackendIdText
    """Where it lives."""
    name: BucketText
    """Its name there."""
    versioning: Flag | None = None
    """Keep versions, or suspend keeping them."""
    cors: Items[Document] | None = None
    """CORS rules, with the members of the dashboard's API."""
    lifecycle: Items[Document] | None = None
    """Lifecycle rules, with the members of the dashboard's API."""
    policy: Document | None = None
    """The bucket policy, in the words of S3."""
    object_lock: Document | None = None
    """`enabled`, `mode`, `days`."""
    encryption: Document | None = None
    """`algorithm`, `key_id`."""
    tags: dict[str, str] | None = None
    """Tags of the bucket."""
    quota: BucketQuotaConfig | None = None
    """How much it may hold."""
    size_tracking: Flag | None = None
    """Whether its size is counted."""


class AliasConfig(Section):
    """
    Another name for a bucket on the S3 endpoint.
    """

    name: BucketText
    """The name that clients use, once."""
    backend: BackendIdText
    """Where the bucket lives."""
    bucket: BucketText
    """The bucket's name there."""
