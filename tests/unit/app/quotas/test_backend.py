"""
No call of a backend that stores or frees bytes goes past the meter.
"""

import pytest

from app.backends.backend import BucketStore, ObjectStore, UploadStore
from app.quotas.backend import MeteredBuckets, MeteredObjects, MeteredUploads

UNMETERED = {
    "objects": {"list", "list_versions", "head", "open", "get_tags", "set_tags"},
    "uploads": {"list", "walk", "create", "list_parts"},
}
"""What stores and frees nothing. A new call of a backend belongs here or behind the meter."""


def calls_of(kind: type) -> set[str]:
    return {name for name in vars(kind) if not name.startswith("_")}


def test_what_is_known_of_versions_changes_with_the_setting() -> None:
    assert calls_of(MeteredBuckets) == {"set_versioned"}
    assert calls_of(MeteredBuckets) < calls_of(BucketStore)


@pytest.mark.parametrize(
    ("name", "protocol", "metered"),
    [("objects", ObjectStore, MeteredObjects), ("uploads", UploadStore, MeteredUploads)],
)
def test_every_call_is_metered_or_changes_no_size(name: str, protocol: type, metered: type) -> None:
    assert calls_of(protocol) == calls_of(metered) | UNMETERED[name]
    assert calls_of(metered).isdisjoint(UNMETERED[name])
