"""
The services we know by name, and the quirks of each, as data.

A preset fills what the operator leaves out. What it assumes about capabilities is taken for the
hosted services, whose behaviour is published and where trying would cost money or leave a bucket
name taken for ever; for what people run themselves, probing decides. What a service does not
publish is asked of a bucket that is there, without changing it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_PUBLISHED = {
    "versioning": True,
    "object_lock": True,
    "lifecycle": True,
    "bucket_policy": True,
    "cors": True,
    "tagging": True,
    "server_side_encrypt": True,
    "conditional_writes": True,
}
_AMAZON = {**_PUBLISHED, "chunked_upload": True, "literal_dot_segments": True}

# What people run themselves has as a rule; what must not be assumed is left to probing.
_USUAL = {
    "versioning": True,
    "object_lock": True,
    "lifecycle": True,
    "bucket_policy": True,
    "cors": True,
    "tagging": True,
}


@dataclass(frozen=True, slots=True)
class Preset:
    """
    One service: how to reach it, how to talk to it, what it can do.
    """

    name: str
    title: str
    path_style: bool
    default_region: str
    endpoint: str = ""
    """The address when none is given, with `{region}`; empty means one must be given."""
    host_ending: str = ""
    """Endpoints whose host ends so are this service, even when nobody says so."""
    may_try: bool = True
    """Whether probing may make a bucket for a moment."""
    capabilities: Mapping[str, bool] = field(default_factory=dict)
    """What is taken for granted until probing or the operator says otherwise."""
    note: str = ""
    """What an operator should know, one sentence."""


UNKNOWN = Preset("", "Other S3-compatible storage", path_style=False, default_region="us-east-1")

PRESETS: Mapping[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "aws",
            "Amazon S3",
            path_style=False,
            default_region="us-east-1",
            endpoint="https://s3.{region}.amazonaws.com",
            host_ending=".amazonaws.com",
            may_try=False,
            capabilities=_AMAZON,
            note="The region must be the bucket's own.",
        ),
        Preset(
            "r2",
            "Cloudflare R2",
            path_style=True,
            default_region="auto",
            host_ending=".r2.cloudflarestorage.com",
            may_try=False,
            capabilities={
                **_PUBLISHED,
                "versioning": False,
                "object_lock": False,
                "bucket_policy": False,
                "tagging": False,
            },
            note="The endpoint is https://<account id>.r2.cloudflarestorage.com.",
        ),
        Preset(
            "b2",
            "Backblaze B2",
            path_style=True,
            default_region="us-west-004",
            endpoint="https://s3.{region}.backblazeb2.com",
            host_ending=".backblazeb2.com",
            may_try=False,
            capabilities={
                **_PUBLISHED,
                "bucket_policy": False,
                "tagging": False,
                "conditional_writes": False,
            },
            note="Buckets keep every version; lifecycle rules decide how long.",
        ),
        Preset(
            "wasabi",
            "Wasabi",
            path_style=True,
            default_region="us-east-1",
            endpoint="https://s3.{region}.wasabisys.com",
            host_ending=".wasabisys.com",
            may_try=False,
            capabilities={**_PUBLISHED, "conditional_writes": False},
            note="Deleted objects are charged for the rest of their minimum time.",
        ),
        Preset(
            "gcs",
            "Google Cloud Storage",
            path_style=True,
            default_region="auto",
            endpoint="https://storage.googleapis.com",
            host_ending="storage.googleapis.com",
            may_try=False,
            capabilities={
                **_PUBLISHED,
                "object_lock": False,
                "bucket_policy": False,
                "tagging": False,
                "conditional_writes": False,
                "chunked_upload": False,
            },
            note="Use HMAC keys of a service account.",
        ),
        Preset(
            "minio",
            "MinIO",
            path_style=True,
            default_region="us-east-1",
            capabilities=_USUAL,
        ),
        Preset(
            "garage",
            "Garage",
            path_style=True,
            default_region="garage",
            capabilities={
                "versioning": False,
                "object_lock": False,
                "bucket_policy": False,
                "tagging": False,
                "lifecycle": True,
                "cors": True,
            },
            note="Buckets are made with its own command; a key must be allowed to make them here.",
        ),
        Preset(
            "seaweedfs",
            "SeaweedFS",
            path_style=True,
            default_region="us-east-1",
            capabilities=_USUAL,
            note="Run it with -s3.allowDeleteBucketNotEmpty=false.",
        ),
        Preset(
            "ceph",
            "Ceph RADOS Gateway",
            path_style=True,
            default_region="us-east-1",
            capabilities=_USUAL,
        ),
    )
}
"""By the name that `backends[].preset` uses."""


def find_preset(name: str, endpoint: str) -> Preset:
    """
    Return the preset of that name, else the one that the endpoint's host gives away.

    `UNKNOWN` when neither is known. An endpoint that is missing altogether means Amazon S3.
    """
    if name in PRESETS:
        return PRESETS[name]
    if not endpoint:
        return PRESETS["aws"]
    host = urlsplit(endpoint).hostname or ""
    for preset in PRESETS.values():
        if preset.host_ending and host.endswith(preset.host_ending):
            return preset
    return UNKNOWN


@dataclass(frozen=True, slots=True)
class Address:
    """
    Where a backend is and how to speak to it, with nothing left open.
    """

    endpoint: str
    region: str
    path_style: bool


def resolve_address(
    preset: Preset, endpoint: str, region: str, *, path_style: bool | None
) -> Address:
    """
    Fill what is left out from the preset; the endpoint stays empty where that has none.
    """
    region = region or preset.default_region
    return Address(
        endpoint or preset.endpoint.format(region=region),
        region,
        preset.path_style if path_style is None else path_style,
    )
