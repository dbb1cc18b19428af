"""
One Stowage to a folder, and nothing of anybody else is touched.
"""

import os
import stat
from pathlib import Path

import pytest

from app.errors.start import StartError
from app.quickstart.folder import DataFolder, open_folder
from app.quickstart.record import Record, read_record, write_record
from app.quickstart.secret_files import keep_secret, write_secret


def close(folder: DataFolder) -> None:
    os.close(folder._lock)  # noqa: SLF001  # otherwise only the end of the process lets go


def test_a_second_start_in_the_same_folder_is_told_so(tmp_path: Path) -> None:
    first = open_folder(tmp_path)

    with pytest.raises(StartError, match="another Stowage runs in"):
        open_folder(tmp_path)

    close(first)
    close(open_folder(tmp_path))


def test_a_folder_that_cannot_be_made_is_named_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StartError, match=r"file/data \(Not a directory\).*--data-dir"):
        open_folder(tmp_path / "file" / "data")


def test_a_reset_takes_what_is_ours_and_leaves_the_rest(tmp_path: Path) -> None:
    folder = open_folder(tmp_path)
    ours = [folder.database, folder.sealing_key, folder.record, tmp_path / "stowage-audit.db-wal"]
    for file in (*ours, tmp_path / "holiday.jpg"):
        file.write_text("x")
    (folder.store / "data").mkdir(parents=True)

    folder.reset()

    assert {file.name for file in tmp_path.iterdir()} == {".lock", "holiday.jpg"}
    close(folder)


def test_a_secret_is_its_owners_alone_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "secret"

    assert keep_secret(file, "first") == "first"
    assert keep_secret(file, "second") == "first"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_a_rewritten_secret_is_never_readable_by_others(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("old")
    file.chmod(0o644)

    write_secret(file, "new")

    assert file.read_text() == "new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_record_is_read_back(tmp_path: Path) -> None:
    record = Record("u", "e", "r", "a", "p", "k", "s", "b")
    file = tmp_path / "quickstart.json"

    assert read_record(file) is None
    write_record(file, record)
    assert read_record(file) == record
    file.write_text('{"region": "r"}')
    assert read_record(file) is None
