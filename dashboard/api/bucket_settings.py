"""
The settings that a backend keeps for a bucket: versioning, policy, encryption, tags.
"""

from pydantic import Field

from app.backends import settings
from dashboard.body import missing
from dashboard.call import Call
from dashboard.schemas import Body, Schema, SourceName, omitted


class DeclaredSettings(Schema):
    """
    Which settings of a bucket a file declares; they can be changed there alone.
    """

    settings: list[str]
    """`versioning`, `cors`, `lifecycle`, … in the words of the file."""
    source: SourceName
    source_file: str = omitted("")
    source_line: int = omitted(0)


class Versioning(Schema):
    """
    Whether older versions are kept.
    """

    enabled: bool


class VersioningPut(Body):
    """
    Keep versions from now on, or suspend keeping them.
    """

    enabled: bool


class Policy(Schema):
    """
    The bucket policy as JSON text; empty where there is none.
    """

    policy: str


class PolicyPut(Body):
    """
    The policy that replaces what there is.
    """

    policy: str = ""


class Encryption(Schema):
    """
    How new objects are encrypted; an empty algorithm stands for the backend's own way.
    """

    algorithm: str
    key_id: str = omitted("")


class EncryptionPut(Body):
    """
    How new objects are to be encrypted.
    """

    algorithm: str
    key_id: str = ""


class BucketTags(Schema):
    """
    Every tag of a bucket.
    """

    tags: dict[str, str]


class BucketTagsPut(Body):
    """
    The tags that replace those there are.
    """

    tags: dict[str, str] = Field(default_factory=dict)


async def get_declared(call: Call) -> DeclaredSettings:
    """
    Say which settings of a bucket are read-only here, and the line that declares them.
    """
    found = await call.services.objects.settings.find_declared(call.actor, call.place)
    if found is None:
        return DeclaredSettings(settings=[], source="dashboard")
    by = found.declaration
    return DeclaredSettings(
        settings=sorted(found.settings),
        source="yaml",
        source_file=by.file,
        source_line=by.line,
    )


async def get_versioning(call: Call) -> Versioning:
    """
    Tell whether the bucket keeps versions.
    """
    buckets = call.services.objects.buckets
    return Versioning(enabled=await buckets.is_versioned(call.actor, call.place))


async def put_versioning(call: Call) -> Versioning:
    """
    Keep versions from now on, or suspend keeping them.
    """
    body = await call.body(VersioningPut)
    buckets = call.services.objects.buckets
    await buckets.set_versioned(call.actor, call.place, enabled=body.enabled)
    return Versioning(enabled=body.enabled)


async def get_policy(call: Call) -> Policy:
    """
    Return the policy of a bucket.
    """
    found = await call.services.objects.settings.get_policy(call.actor, call.place)
    return Policy(policy=found)


async def put_policy(call: Call) -> None:
    """
    Replace the policy of a bucket.
    """
    body = await call.body(PolicyPut)
    if not body.policy:
        raise missing("policy", pointer="/policy")
    await call.services.objects.settings.put_policy(call.actor, call.place, body.policy)


async def delete_policy(call: Call) -> None:
    """
    Take the policy of a bucket away; one without any is a success.
    """
    await call.services.objects.settings.put_policy(call.actor, call.place, "")


async def get_encryption(call: Call) -> Encryption:
    """
    Return how new objects of a bucket are encrypted.
    """
    found = await call.services.objects.settings.get_encryption(call.actor, call.place)
    if found is None:
        return Encryption(algorithm="")
    return Encryption(algorithm=found.algorithm, key_id=found.key_id)


async def put_encryption(call: Call) -> Encryption:
    """
    Let new objects of a bucket be encrypted from now on.
    """
    body = await call.body(EncryptionPut)
    wanted = settings.Encryption(body.algorithm, body.key_id)
    await call.services.objects.settings.put_encryption(call.actor, call.place, wanted)
    return Encryption(algorithm=wanted.algorithm, key_id=wanted.key_id)


async def delete_encryption(call: Call) -> None:
    """
    Leave the encryption of a bucket to the backend.
    """
    await call.services.objects.settings.put_encryption(call.actor, call.place, None)


async def get_bucket_tags(call: Call) -> BucketTags:
    """
    Return the tags of a bucket.
    """
    found = await call.services.objects.settings.get_tags(call.actor, call.place)
    return BucketTags(tags=dict(found))


async def put_bucket_tags(call: Call) -> BucketTags:
    """
    Replace the tags of a bucket.
    """
    body = await call.body(BucketTagsPut)
    await call.services.objects.settings.put_tags(call.actor, call.place, body.tags)
    return BucketTags(tags=body.tags)


async def delete_bucket_tags(call: Call) -> None:
    """
    Take all tags of a bucket away.
    """
    await call.services.objects.settings.put_tags(call.actor, call.place, {})
