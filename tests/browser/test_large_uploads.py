"""
A large upload is asked about before its first byte goes.
"""

from playwright.sync_api import FilePayload, Page, expect

from support.browser import Visit


def test_many_files_are_summed_up_before_they_are_uploaded(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start("/b/local/demo?prefix=ui-many%2F")
    expect(page.get_by_role("heading", name="This folder is empty")).to_be_visible()
    names = [f"{number:03}.txt" for number in range(101)]

    _choose(page, [*names, ".DS_Store"])
    dialog = page.get_by_role("dialog", name="Upload 101 files?")
    expect(dialog).to_contain_text("demo/ui-many/")
    expect(dialog).to_contain_text("101 · 505 B")
    expect(dialog).to_contain_text("1 file of the operating system")
    signed_in.check_accessibility()
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("region", name="Uploads")).to_have_count(0)

    _choose(page, names)
    dialog.get_by_role("button", name="Upload", exact=True).click()
    # Whether the last of them has arrived already is not asked: what is begun is the same queue.
    expect(page.get_by_role("region", name="Uploads")).to_contain_text("101")


def _choose(page: Page, names: list[str]) -> None:
    files = [FilePayload(name=name, mimeType="text/plain", buffer=b"words") for name in names]
    with page.expect_file_chooser() as waiting:
        page.get_by_role("button", name="Upload", exact=True).click()
    waiting.value.set_files(files)
