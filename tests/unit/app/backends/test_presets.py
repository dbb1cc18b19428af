import pytest

from app.backends.backend import CAPABILITY_NAMES, Capabilities, decide_capabilities
from app.backends.presets import PRESETS, UNKNOWN, Address, find_preset, resolve_address


def test_presets_assume_only_capabilities_there_are() -> None:
    for preset in PRESETS.values():
        assert set(preset.capabilities) <= set(CAPABILITY_NAMES), preset.name


def test_what_costs_money_or_names_is_never_tried() -> None:
    untried = {name for name, preset in PRESETS.items() if not preset.may_try}

    assert untried == {"aws", "r2", "b2", "wasabi", "gcs"}
    assert all(PRESETS[name].capabilities for name in untried)


@pytest.mark.parametrize(
    ("name", "address", "missing"),
    [
        ("aws", Address("https://s3.us-east-1.amazonaws.com", "us-east-1", path_style=False), ""),
        (
            "r2",
            Address("https://acc.r2.cloudflarestorage.com", "auto", path_style=True),
            "versioning object_lock bucket_policy tagging",
        ),
        (
            "b2",
            Address("https://s3.us-west-004.backblazeb2.com", "us-west-004", path_style=True),
            "bucket_policy tagging conditional_writes",
        ),
        (
            "wasabi",
            Address("https://s3.us-east-1.wasabisys.com", "us-east-1", path_style=True),
            "conditional_writes",
        ),
        (
            "gcs",
            Address("https://storage.googleapis.com", "auto", path_style=True),
            "object_lock bucket_policy tagging conditional_writes chunked_upload",
        ),
        ("minio", Address("http://minio:9000", "us-east-1", path_style=True), ""),
        (
            "garage",
            Address("http://garage:3900", "garage", path_style=True),
            "versioning object_lock bucket_policy tagging",
        ),
        ("seaweedfs", Address("http://weed:8333", "us-east-1", path_style=True), ""),
        ("ceph", Address("http://ceph:7480", "us-east-1", path_style=True), ""),
    ],
)
def test_each_service_is_reached_and_spoken_to_in_its_own_way(
    name: str, address: Address, missing: str
) -> None:
    preset = PRESETS[name]
    given = "" if preset.endpoint else address.endpoint

    assert resolve_address(preset, given, "", path_style=None) == address
    assert {one for one, is_there in preset.capabilities.items() if not is_there} == set(
        missing.split()
    )


def test_every_service_with_a_name_is_described() -> None:
    hosted, own = {"aws", "r2", "b2", "wasabi", "gcs"}, {"minio", "garage", "seaweedfs", "ceph"}

    assert set(PRESETS) == hosted | own


@pytest.mark.parametrize(
    ("name", "endpoint", "expected"),
    [
        ("minio", "https://s3.eu-west-1.amazonaws.com", "minio"),
        ("", "https://s3.eu-west-1.amazonaws.com", "aws"),
        ("", "https://abc.r2.cloudflarestorage.com", "r2"),
        ("", "https://s3.us-west-004.backblazeb2.com:443", "b2"),
        ("", "https://storage.googleapis.com", "gcs"),
        ("", "https://amazonaws.com.evil.example", ""),
        ("", "http://127.0.0.1:9000", ""),
        ("", "", "aws"),
    ],
)
def test_an_endpoint_gives_its_service_away(name: str, endpoint: str, expected: str) -> None:
    assert find_preset(name, endpoint).name == expected


def test_nothing_is_assumed_of_a_stranger() -> None:
    assert UNKNOWN.may_try
    assert decide_capabilities(UNKNOWN.capabilities) == Capabilities()


def test_what_is_not_known_counts_as_no() -> None:
    known = {"cors": True, "tagging": False, "unheard_of": True}

    assert decide_capabilities(known).names == {"cors"}


def test_what_protects_is_never_assumed_of_what_people_run_themselves() -> None:
    for preset in PRESETS.values():
        if preset.may_try:
            assert not {"literal_dot_segments", "conditional_writes"} & set(preset.capabilities)


def test_how_a_hosted_service_takes_chunks_and_dots_is_not_assumed_where_it_does_not_say() -> None:
    for name in ("r2", "b2", "wasabi"):
        assert not {"chunked_upload", "literal_dot_segments"} & set(PRESETS[name].capabilities)
