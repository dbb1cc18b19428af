"""
Lifecycle rules between our values and S3's; pure.

S3 knows more than our members can tell: dates, several transitions, numbers of versions. Such a
rule is carried as it is. Whether one is such is found out by writing it back: what does not come
out the same was not understood.
"""

from collections.abc import Mapping
from typing import Any

from app.backends.settings import LifecycleRule

Raw = Mapping[str, Any]


def to_rule(raw: Raw) -> LifecycleRule:
    """
    Return the rule, with `raw` set where our members cannot tell all of it.
    """
    rule = _read(raw)
    if to_raw(rule) == _normal(raw):
        return rule
    return LifecycleRule(id=rule.id, prefix=rule.prefix, enabled=rule.enabled, raw=dict(raw))


def to_raw(rule: LifecycleRule) -> dict[str, Any]:
    """
    Return the rule in S3's words ("PutBucketLifecycleConfiguration").
    """
    if rule.raw is not None:
        return dict(rule.raw)
    raw: dict[str, Any] = {
        "Status": "Enabled" if rule.enabled else "Disabled",
        "Filter": _filter(rule),
    }
    if rule.id:
        raw["ID"] = rule.id
    if rule.expiration_days:
        raw["Expiration"] = {"Days": rule.expiration_days}
    elif rule.expired_delete_markers:
        raw["Expiration"] = {"ExpiredObjectDeleteMarker": True}
    if rule.noncurrent_expire_days:
        raw["NoncurrentVersionExpiration"] = {"NoncurrentDays": rule.noncurrent_expire_days}
    if rule.abort_incomplete_days:
        raw["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": rule.abort_incomplete_days}
    if rule.transition_storage_class:
        moved = {"Days": rule.transition_days, "StorageClass": rule.transition_storage_class}
        raw["Transitions"] = [moved]
    return raw


def _filter(rule: LifecycleRule) -> dict[str, Any]:
    conditions: dict[str, Any] = {}
    if rule.prefix:
        conditions["Prefix"] = rule.prefix
    if rule.size_above:
        conditions["ObjectSizeGreaterThan"] = rule.size_above
    if rule.size_below:
        conditions["ObjectSizeLessThan"] = rule.size_below
    tags = [{"Key": key, "Value": value} for key, value in sorted(rule.tags.items())]
    if not conditions and not tags:
        return {"Prefix": ""}
    if len(conditions) + len(tags) == 1:
        return conditions or {"Tag": tags[0]}
    return {"And": {**conditions, **({"Tags": tags} if tags else {})}}


def _read(raw: Raw) -> LifecycleRule:
    conditions, tags = _conditions(raw)
    expiration = raw.get("Expiration", {})
    transition: Raw = next(iter(raw.get("Transitions", [])), {})
    return LifecycleRule(
        id=raw.get("ID", ""),
        prefix=conditions.get("Prefix", ""),
        enabled=raw.get("Status") == "Enabled",
        expiration_days=expiration.get("Days", 0),
        expired_delete_markers=bool(expiration.get("ExpiredObjectDeleteMarker")),
        noncurrent_expire_days=raw.get("NoncurrentVersionExpiration", {}).get("NoncurrentDays", 0),
        abort_incomplete_days=raw.get("AbortIncompleteMultipartUpload", {}).get(
            "DaysAfterInitiation", 0
        ),
        transition_days=transition.get("Days", 0),
        transition_storage_class=transition.get("StorageClass", ""),
        tags=tags,
        size_above=conditions.get("ObjectSizeGreaterThan", 0),
        size_below=conditions.get("ObjectSizeLessThan", 0),
    )


def _conditions(raw: Raw) -> tuple[Raw, dict[str, str]]:
    found = raw.get("Filter", {})
    inner = found.get("And", found)
    conditions = {**inner}
    if raw.get("Prefix"):
        # The form of before 2014: the prefix stands beside the filter.
        conditions["Prefix"] = raw["Prefix"]
    tags = [*inner.get("Tags", []), *([inner["Tag"]] if "Tag" in inner else [])]
    return conditions, {tag["Key"]: tag["Value"] for tag in tags}


def _normal(raw: Raw) -> dict[str, Any]:
    """
    Return a rule of a backend in the one form in which `to_raw` writes it.

    Only how a rule can be written is evened out, never what it says.
    """
    conditions, tags = _conditions(raw)
    known = {"Prefix", "ObjectSizeGreaterThan", "ObjectSizeLessThan", "Tags", "Tag", "And"}
    strange = {name: value for name, value in conditions.items() if name not in known}
    like = LifecycleRule(
        prefix=conditions.get("Prefix", ""),
        tags=tags,
        size_above=conditions.get("ObjectSizeGreaterThan", 0),
        size_below=conditions.get("ObjectSizeLessThan", 0),
    )
    rest = {
        name: value
        for name, value in raw.items()
        if name not in ("Filter", "Prefix") and value not in (None, [], {}, "")
    }
    expiration = rest.get("Expiration", {})
    if "Days" in expiration and expiration.get("ExpiredObjectDeleteMarker") is False:
        rest["Expiration"] = {"Days": expiration["Days"]}
    return {**rest, "Filter": {**_filter(like), **strange}}
