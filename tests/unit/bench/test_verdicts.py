import time
from pathlib import Path

from bench.verdicts import Limit, Verdict, write_page


def test_the_page_says_of_each_promise_whether_it_was_kept(tmp_path: Path) -> None:
    page = tmp_path / "page.md"

    write_page([Verdict("it is fast", "1 ms", True), Verdict("it ends", "never", False)], page)

    lines = page.read_text().splitlines()
    assert "| it is fast | 1 ms | kept |" in lines
    assert "| it ends | never | BROKEN |" in lines


def test_a_part_whose_time_is_up_can_still_fail_by_itself() -> None:
    over = Limit(time.monotonic() - 1)

    assert (over.is_over, over.seconds_left) == (True, 0.1)
    assert not Limit(time.monotonic() + 60).is_over
