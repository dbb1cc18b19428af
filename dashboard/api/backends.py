"""
The backends that the caller may see, and whether they answer.
"""

from typing import Literal

from dashboard.schemas import Schema, Timestamp, omitted


class Capabilities(Schema):
    """
    What a backend can do, as found by probing or set by the operator.
    """

    versioning: bool
    object_lock: bool
    lifecycle: bool
    bucket_policy: bool
    cors: bool
    tagging: bool
    server_side_encrypt: bool
    admin_api: Literal["", "minio", "garage", "seaweedfs"] = ""
    max_multipart_parts: int
    max_part_size_bytes: int


class Backend(Schema):
    """
    A configured storage.
    """

    id: str
    name: str
    capabilities: Capabilities
    healthy: bool
    last_probe_at: Timestamp | None = omitted()
    last_error: str = omitted("")


class BackendList(Schema):
    """
    Every backend on which the caller holds a level, by id.
    """

    backends: list[Backend]


class BackendHealth(Schema):
    """
    The result of a probe made now.
    """

    healthy: bool
    last_probe_at: Timestamp
    last_error: str
