"""
Where one was in a list is where one comes back to: its rows, its selection, its place.
"""

from playwright.sync_api import expect

from support.browser import Visit

FILES = 40


def test_back_leads_to_the_rows_and_the_selection_that_were_left(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start("/b/local")
    for number in range(FILES):
        signed_in.put(f"z-back/f-{number:02}.txt", b"x")
    signed_in.open("/b/local/demo?prefix=z-back%2F")
    first, last = signed_in.row("f-00.txt"), signed_in.row(f"f-{FILES - 1}.txt")
    expect(first).to_be_visible()
    first.focus()
    page.keyboard.press("End")
    expect(last).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowUp")
    expect(page.get_by_text("2 selected")).to_be_visible()

    page.get_by_role("navigation", name="You are here").get_by_role("link", name="demo").click()
    expect(signed_in.row("z-back")).to_be_visible()
    page.go_back()

    expect(last).to_be_in_viewport()
    expect(page.get_by_text("2 selected")).to_be_visible()
    expect(last).to_have_attribute("aria-selected", "true")
    expect(first).to_have_count(0)

    signed_in.open("/b/local/demo")
    signed_in.row("z-back").get_by_role("link").click()
    signed_in.row("f-00.txt").focus()
    page.keyboard.press("End")
    expect(last).to_be_focused()
    page.keyboard.press("Backspace")
    expect(signed_in.row("z-back")).to_be_focused()
    page.keyboard.press("Enter")
    # Entered anew, and not come back to: it begins at its top.
    expect(first).to_be_focused()
    expect(first).to_be_in_viewport()
