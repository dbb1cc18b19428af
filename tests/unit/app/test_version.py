from pathlib import Path

import pytest

from app.version import read_commit

COMMIT = "0123456789abcdef" * 2 + "01234567"
OTHER = COMMIT[::-1]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"HEAD": COMMIT}, COMMIT),
        ({"HEAD": "ref: refs/heads/main", "refs/heads/main": COMMIT}, COMMIT),
        (
            {
                "HEAD": "ref: refs/heads/main",
                "packed-refs": f"# pack-refs\n{OTHER} refs/heads/x\n{COMMIT} refs/heads/main\n",
            },
            COMMIT,
        ),
        ({"HEAD": "ref: refs/heads/none"}, ""),
        ({"HEAD": "something else"}, ""),
        ({}, ""),
    ],
    ids=["detached", "branch", "packed", "unborn", "damaged", "no checkout"],
)
def test_the_commit_of_a_checkout_is_read_from_its_files(
    files: dict[str, str], expected: str, tmp_path: Path
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text + "\n")

    assert read_commit(tmp_path) == expected
