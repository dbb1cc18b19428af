from pathlib import Path

import pytest

from app.audit import room
from app.audit.room import describe_room, look_for_room


@pytest.mark.parametrize(
    ("free", "total", "is_warned"),
    [(4, 100, True), (0, 100, True), (5, 100, False), (100, 100, False), (0, 0, False)],
)
def test_less_than_a_twentieth_free_is_worth_a_warning(
    free: int,
    total: int,
    is_warned: bool,  # noqa: FBT001  a case of the table
) -> None:
    assert bool(describe_room(free, total)) is is_warned


def test_a_folder_that_is_gone_warns_of_nothing(tmp_path: Path) -> None:
    assert look_for_room(tmp_path / "nowhere") == ""


def test_the_real_disk_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "LOW_SHARE", 1.1)

    assert look_for_room(tmp_path) == "less than 110% of the disk is free"
