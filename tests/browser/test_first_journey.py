"""
What a first visitor does: sign in, look, upload, download, preview, delete, sign out.
"""

import secrets
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from app.quickstart.samples import make_samples
from support.browser import MIB, Visit, digest
from support.pictures import take_picture

PICTURE_SIZE = "320 \N{MULTIPLICATION SIGN} 200"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small Größe.txt"
    file.write_text("A small file that a person drops.\n")
    return file


@pytest.fixture
def large(tmp_path: Path) -> Path:
    file = tmp_path / "large.bin"
    file.write_bytes(secrets.token_bytes(20 * MIB))
    return file


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "picture.png"
    file.write_bytes(next(one.body for one in make_samples() if one.content_type == "image/png"))
    return file


def test_a_first_visitor_finds_uploads_downloads_previews_and_deletes(
    visit: Visit, small: Path, large: Path, picture: Path
) -> None:
    page = visit.page
    visit.start()

    _see_the_healthy_backend(visit)
    _open_the_bucket(visit)
    _take_the_picture_of_the_readme(visit)
    _walk_into_the_folder(visit)
    _drop(visit, small, picture)
    _upload_with_button_in_parts(visit, large)
    for file in (small, large):
        assert _downloaded_digest(visit, file.name) == digest(file.read_bytes())
    _preview_text(visit, small)
    _preview_image(visit, picture)
    for file in (small, large, picture):
        _delete(visit, file.name)

    page.get_by_role("button", name="Account of admin").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    visit.open("/b/local/demo")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def _see_the_healthy_backend(visit: Visit) -> None:
    card = visit.page.get_by_role("main").get_by_role("listitem").filter(has_text="Latency")
    expect(card).to_have_count(1)
    expect(card.get_by_text("Healthy")).to_be_visible()
    expect(card.get_by_text(" ms")).to_be_visible()


def _open_the_bucket(visit: Visit) -> None:
    visit.page.get_by_role("main").get_by_role("link").first.click()
    visit.row("demo").get_by_role("link").click()
    expect(visit.row("welcome.txt")).to_be_visible()


def _walk_into_the_folder(visit: Visit) -> None:
    page = visit.page
    visit.row("reports").get_by_role("link").click()
    visit.row("2026").get_by_role("link").click()
    expect(page.get_by_role("heading", name="2026")).to_be_visible()
    expect(visit.row("notes.txt")).to_be_visible()


def _drop(visit: Visit, *files: Path) -> None:
    visit.drop(visit.page.get_by_role("grid"), files)
    tray = visit.page.get_by_role("region", name="Uploads")
    expect(tray.get_by_role("heading", name="2 files uploaded")).to_be_visible()
    for file in files:
        expect(visit.row(file.name)).to_be_visible()
    tray.get_by_role("button", name="Clear").click()


def _upload_with_button_in_parts(visit: Visit, file: Path) -> None:
    page = visit.page
    parts: list[str] = []
    page.on("request", lambda sent: parts.append(sent.url) if "/parts/" in sent.url else None)
    visit.slow_uploads(10 * MIB)
    with page.expect_file_chooser() as waiting:
        page.get_by_role("button", name="Upload", exact=True).click()
    waiting.value.set_files(file)
    bar = page.get_by_role("progressbar", name=f"Upload of {file.name}")
    _see_it_move(bar)
    expect(page.get_by_role("heading", name="1 file uploaded")).to_be_visible(timeout=60_000)
    visit.slow_uploads(-1)
    assert len(parts) == 2, parts
    expect(visit.row(file.name)).to_be_visible()
    page.get_by_role("region", name="Uploads").get_by_role("button", name="Clear").click()


def _see_it_move(bar: Locator) -> None:
    expect(bar).to_be_visible()
    page = bar.page
    page.wait_for_function(
        "(bar) => Number(bar.ariaValueNow) > 0 && Number(bar.ariaValueNow) < 100",
        arg=bar.element_handle(),
    )


def _open(visit: Visit, name: str) -> Locator:
    visit.row(name).get_by_role("link").click()
    panel = visit.page.get_by_role("complementary", name=f"Object {name}")
    expect(panel).to_be_visible()
    return panel


def _downloaded_digest(visit: Visit, name: str) -> str:
    panel = _open(visit, name)
    content = visit.download(panel.get_by_role("button", name="Download").first)
    panel.get_by_role("button", name="Close panel").click()
    return digest(content)


def _preview_text(visit: Visit, file: Path) -> None:
    panel = _open(visit, file.name)
    expect(panel.get_by_label("Text", exact=True)).to_contain_text(file.read_text().strip())
    panel.get_by_role("button", name="Close panel").click()


def _preview_image(visit: Visit, file: Path) -> None:
    panel = _open(visit, file.name)
    image = panel.get_by_role("img", name=f"Image {file.name}")
    expect(image).to_be_visible()
    expect(panel.get_by_text(PICTURE_SIZE)).to_be_visible()
    panel.get_by_role("button", name="Close panel").click()


def _delete(visit: Visit, name: str) -> None:
    page = visit.page
    visit.row(name).get_by_role("button", name=f"Actions for {name}").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("1 object deleted").last).to_be_visible()
    expect(visit.row(name)).to_have_count(0)


def _take_the_picture_of_the_readme(visit: Visit) -> None:
    page, panel = visit.page, _open(visit, "sunrise.png")
    expect(panel.get_by_text(PICTURE_SIZE)).to_be_visible()
    take_picture(page, "object-browser")
    _look_closer(visit)
    panel.get_by_role("button", name="Close panel").click()


def _look_closer(visit: Visit) -> None:
    """
    An image is zoomed and turned by buttons and by keys.
    """
    page = visit.page
    frame = page.get_by_role("group", name="Image, + and - zoom")
    page.get_by_role("button", name="Actual size").click()
    expect(page.get_by_text("· 100")).to_be_visible()
    page.get_by_role("button", name="Zoom in").click()
    expect(page.get_by_text("· 150")).to_be_visible()
    page.get_by_role("button", name="Turn right").click()
    expect(frame).to_have_attribute("data-turns", "1")
    visit.check_accessibility()
    frame.press("r")
    expect(frame).to_have_attribute("data-turns", "2")
    frame.press("0")
    expect(frame).to_have_attribute("data-fit", "true")
