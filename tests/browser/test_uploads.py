"""
Uploads that meet what uploads meet: nested folders, names that are taken, pauses.
"""

import io
import re
import secrets
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from support.browser import MIB, Visit, digest

LONG = "\N{LATIN SMALL LETTER U WITH DIAERESIS}" * 110
"""Six characters for each of them stand in an address."""


def test_a_dropped_folder_keeps_its_structure(signed_in: Visit, tmp_path: Path) -> None:
    page = signed_in.page
    tree = tmp_path / "tree"
    (tree / "deep" / "deeper").mkdir(parents=True)
    (tree / "empty").mkdir()
    (tree / "top.txt").write_text("top")
    (tree / "deep" / "deeper" / "leaf.txt").write_text("leaf")
    (tree / ".DS_Store").write_text("never meant")
    signed_in.start("/b/local/demo")

    signed_in.drop(page.get_by_role("grid"), [tree])
    expect(page.get_by_role("heading", name="2 files uploaded")).to_be_visible()
    signed_in.row("tree").get_by_role("link").click()

    for name in ("deep", "empty", "top.txt"):
        expect(signed_in.row(name)).to_be_visible()
    expect(signed_in.row(".DS_Store")).to_have_count(0)
    signed_in.open("/b/local/demo?prefix=tree%2Fdeep%2Fdeeper%2F&object=tree/deep/deeper/leaf.txt")
    expect(page.get_by_label("Text", exact=True)).to_contain_text("leaf")
    signed_in.open("/b/local/demo")
    page.get_by_role("button", name="Actions for tree").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(signed_in.row("tree")).to_have_count(0)


def test_a_name_that_is_taken_is_asked_about_and_both_can_be_kept(
    signed_in: Visit, tmp_path: Path
) -> None:
    page = signed_in.page
    file = tmp_path / "taken.txt"
    file.write_text("the first")
    signed_in.start("/b/local/demo")
    _choose(page, file)
    expect(signed_in.row("taken.txt")).to_be_visible()

    file.write_text("the second")
    signed_in.expected_statuses.add(409)
    _choose(page, file)
    dialog = page.get_by_role("alertdialog", name="taken.txt exists already")
    dialog.get_by_role("button", name="Keep both as taken (2).txt").click()

    expect(signed_in.row("taken (2).txt")).to_be_visible()
    signed_in.row("taken.txt").get_by_role("link").click()
    expect(page.get_by_label("Text", exact=True)).to_have_text("the first")


def test_a_selection_that_no_address_could_carry_is_downloaded_as_one_archive(
    signed_in: Visit, tmp_path: Path
) -> None:
    page = signed_in.page
    tree = tmp_path / "many"
    tree.mkdir()
    names = [f"{LONG}{number}.txt" for number in range(4)]
    for name in names:
        (tree / name).write_text(name)
    signed_in.start("/b/local/demo")
    signed_in.drop(page.get_by_role("grid"), [tree])
    expect(page.get_by_role("heading", name="4 files uploaded")).to_be_visible()
    signed_in.open("/b/local/demo?prefix=many%2F")
    signed_in.row(names[0]).focus()
    page.keyboard.press("Control+a")

    content = signed_in.download(page.get_by_role("button", name="Download as ZIP"))

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == [f"many/{name}" for name in names]
        assert archive.testzip() is None


def test_a_paused_upload_goes_on_where_it_was(signed_in: Visit, tmp_path: Path) -> None:
    page = signed_in.page
    file = tmp_path / "paused.bin"
    file.write_bytes(secrets.token_bytes(20 * MIB))
    begun: list[str] = []
    page.on("request", lambda sent: begun.append(sent.url) if _begins_upload(sent.url) else None)
    signed_in.start("/b/local/demo")
    signed_in.slow_uploads(4 * MIB)
    _choose(page, file)

    page.get_by_role("button", name="Pause paused.bin").click()
    expect(page.get_by_role("heading", name="1 upload paused")).to_be_visible()
    signed_in.slow_uploads(-1)
    page.get_by_role("button", name="Resume paused.bin").click()

    expect(page.get_by_role("heading", name="1 file uploaded")).to_be_visible(timeout=60_000)
    expect(signed_in.row("paused.bin")).to_contain_text("20 MiB")
    assert len(begun) == 1


def test_an_upload_goes_on_after_a_reload_with_the_part_that_is_missing(
    signed_in: Visit, tmp_path: Path
) -> None:
    page = signed_in.page
    page.on("dialog", lambda dialog: dialog.accept())
    content = secrets.token_bytes(17 * MIB)
    file = tmp_path / "resumed.bin"
    file.write_bytes(content)
    signed_in.start("/b/local/demo")
    expect(signed_in.row("welcome.txt")).to_be_visible()
    # The second part does not come through before the page is closed.
    page.route(re.compile("/multipart/parts/2"), lambda _: None)
    with page.expect_response(re.compile("/multipart/parts/1")) as stored:
        _choose(page, file)
    assert stored.value.ok
    expect(page.get_by_role("button", name="Pause resumed.bin")).to_be_visible()

    page.reload()
    page.unroute_all()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    expect(page.get_by_text("One upload was not finished: resumed.bin")).to_be_visible()
    _choose(page, file)
    expect(page.get_by_role("heading", name="1 file uploaded")).to_be_visible(timeout=60_000)

    assert not any(_begins_upload(url) for url in sent)
    assert sorted(re.findall(r"/parts/(\d+)", " ".join(sent))) == ["2"]
    expect(signed_in.row("resumed.bin")).to_contain_text("17 MiB")
    expect(page.get_by_text("was not finished")).to_have_count(0)
    page.get_by_role("button", name="Actions for resumed.bin").click()
    stored_bytes = signed_in.download(page.get_by_role("menuitem", name="Download"))
    assert digest(stored_bytes) == digest(content)


def _choose(page: Page, file: Path) -> None:
    with page.expect_file_chooser() as waiting:
        page.get_by_role("button", name="Upload", exact=True).click()
    waiting.value.set_files(file)


def _begins_upload(url: str) -> bool:
    return "/multipart?key=" in url and "upload_id" not in url
