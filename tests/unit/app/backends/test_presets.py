import pytest

from app.backends.backend import CAPABILITY_NAMES, Capabilities, decide_capabilities
from app.backends.presets import PRESETS, UNKNOWN, find_preset


def test_presets_assume_only_capabilities_there_are() -> None:
    for preset in PRESETS.values():
        assert set(preset.capabilities) <= set(CAPABILITY_NAMES), preset.name


def test_what_costs_money_or_names_is_never_tried() -> None:
    untried = {name for name, preset in PRESETS.items() if not preset.may_try}

    assert untried == {"aws", "r2", "b2", "wasabi", "gcs"}
    assert all(PRESETS[name].capabilities for name in untried)


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
