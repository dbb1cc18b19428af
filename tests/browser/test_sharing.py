"""
Sharing from both ends: the link is made in the browser, and opened by somebody without an account.
"""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from app.quickstart.record import Record
from support.browser import Visit, visiting
from support.pictures import take_picture


def test_a_link_with_a_password_opens_on_a_phone_and_ends_when_it_is_revoked(
    signed_in: Visit, browser: Browser, stowage: Record
) -> None:
    page = signed_in.page
    signed_in.start("/b/local/demo")
    _choose(page, "welcome.txt", "Share")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Make one up").click()
    dialog.get_by_label("Note").fill("For you to read")
    dialog.get_by_role("button", name="Create link").click()
    ready = page.get_by_role("dialog", name="The link is ready")
    expect(ready.get_by_role("code")).to_have_count(2)
    expect(ready.get_by_role("img", name="QR code of the link")).to_be_visible()
    signed_in.check_accessibility()
    take_picture(page, "share-link")
    url, password = ready.get_by_role("code").all_inner_texts()
    ready.get_by_role("button", name="Done").click()

    with visiting(browser, stowage, is_phone=True) as visitor:
        visitor.expected_statuses |= {401, 403}
        phone = visitor.page
        phone.goto(url)
        phone.get_by_label("Password", exact=True).fill("wrong")
        phone.get_by_role("button", name="Open").click()
        expect(phone.get_by_role("alert").filter(has_text=re.compile("wrong|not"))).to_be_visible()
        phone.get_by_label("Password", exact=True).fill(password)
        phone.get_by_role("button", name="Open").click()
        expect(phone.get_by_role("heading", name="welcome.txt")).to_be_visible()
        expect(phone.get_by_text("For you to read")).to_be_visible()
        expect(phone.get_by_label("Text", exact=True)).to_contain_text("Welcome")
        visitor.check_accessibility()
        content = visitor.download(phone.get_by_role("button", name="Download"))
        assert b"Welcome" in content

        signed_in.open("/shares")
        _choose(page, "welcome.txt", "Revoke")
        page.get_by_role("alertdialog").get_by_role("button", name="Revoke").click()
        expect(signed_in.row("welcome.txt").first).to_contain_text("Revoked")
        visitor.expected_statuses |= {404, 410}
        phone.reload()
        expect(phone.get_by_role("heading", name="welcome.txt")).to_have_count(0)
        expect(phone.get_by_role("heading", level=1)).to_be_visible()


def test_a_folder_is_read_and_an_inbox_takes_files_and_shows_none(
    signed_in: Visit, browser: Browser, stowage: Record, tmp_path: Path
) -> None:
    page = signed_in.page
    signed_in.start("/b/local/demo")
    read = _share(page, "reports", "To read this folder")
    send = _share(page, "reports", "To send files into this folder")
    file = tmp_path / "from outside.txt"
    file.write_text("sent by somebody")

    with visiting(browser, stowage) as visitor:
        outside = visitor.page
        outside.goto(read)
        outside.get_by_role("button", name="2026").click()
        outside.get_by_role("button", name=re.compile("^notes.txt")).press("Enter")
        expect(outside.get_by_role("heading", name="notes.txt")).to_be_focused()
        expect(outside.get_by_label("Text", exact=True)).to_contain_text("Keys that share")
        visitor.check_accessibility()
        outside.keyboard.press("Escape")
        expect(outside.get_by_role("button", name=re.compile("^notes.txt"))).to_be_focused()
        content = visitor.download(outside.get_by_role("button", name="Download notes.txt"))
        assert b"Keys that share a prefix" in content
        archive = visitor.download(outside.get_by_role("button", name="Download all as ZIP"))
        assert archive.startswith(b"PK")
        visitor.check_accessibility()

        outside.goto(send)
        with outside.expect_file_chooser() as waiting:
            outside.get_by_role("button", name="Choose files").click()
        waiting.value.set_files(file)
        expect(outside.get_by_text("Arrived")).to_be_visible()
        expect(outside.get_by_text("notes.txt")).to_have_count(0)
        visitor.check_accessibility()

    signed_in.open("/b/local/demo?prefix=reports%2F")
    expect(signed_in.row("from outside.txt")).to_be_visible()


def _share(page: Page, folder: str, purpose: str) -> str:
    _choose(page, folder, "Share")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What the link is for").select_option(label=purpose)
    dialog.get_by_role("button", name="Create link").click()
    ready = page.get_by_role("dialog", name="The link is ready")
    url = ready.get_by_role("code").first.inner_text()
    ready.get_by_role("button", name="Done").click()
    return url


def _choose(page: Page, row: str, action: str) -> None:
    page.get_by_role("button", name=f"Actions for {row}").first.click()
    page.get_by_role("menuitem", name=action).click()
