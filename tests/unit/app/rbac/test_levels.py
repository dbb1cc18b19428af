"""
Levels and presets: the words of the documentation, and nothing else, are understood.
"""

import pytest

from app.errors.raised import StowageError
from app.rbac.levels import (
    ALL_LEVELS,
    PRESETS,
    ROLE_DEFAULTS,
    Access,
    Level,
    Role,
    level_names,
    parse_access,
    render_access,
)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_reads_back_as_its_name(name: str) -> None:
    assert render_access(parse_access(name)) == name


def test_a_list_of_levels_reads_back_as_the_list() -> None:
    assert render_access(parse_access(["configure", "list"])) == ["list", "configure"]


def test_append_only_is_the_one_preset_that_never_overwrites() -> None:
    assert [name for name, access in PRESETS.items() if not access.may_overwrite] == ["append-only"]


def test_all_levels_has_six_names() -> None:
    names = ["list", "read", "write", "delete", "delete-version", "configure"]
    assert level_names(ALL_LEVELS) == names


@pytest.mark.parametrize(
    ("value", "named"), [("admin", "admin"), (["read", "own"], "own"), ([], "at least one")]
)
def test_an_unknown_word_is_refused_by_name(value: str | list[str], named: str) -> None:
    with pytest.raises(StowageError, match=named) as refused:
        parse_access(value)

    assert refused.value.code == "invalid_request"


def test_role_user_may_not_configure_and_readonly_may_not_write() -> None:
    assert Level.CONFIGURE not in ROLE_DEFAULTS[Role.USER].levels
    assert ROLE_DEFAULTS[Role.READONLY] == Access(Level.LIST | Level.READ)
