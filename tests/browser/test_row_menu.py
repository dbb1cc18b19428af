"""
The menu of a row: by the right button, by keys and by a finger that stays.
"""

from playwright.sync_api import Browser, Page, expect

from app.quickstart.record import Record
from support.browser import Session, Visit, visiting


def test_a_right_click_or_a_key_opens_the_menu_of_the_row_or_of_the_selection(
    signed_in: Visit,
) -> None:
    page = signed_in.page
    signed_in.start("/b/local/demo")
    for name in ("menu-a.txt", "menu-b.txt"):
        signed_in.put(name, b"words")
    signed_in.open("/b/local/demo?filter=menu-")
    first, second = signed_in.row("menu-a.txt"), signed_in.row("menu-b.txt")

    first.click(button="right")
    menu = page.get_by_role("menu", name="Actions for menu-a.txt")
    expect(menu.get_by_role("menuitem", name="Download", exact=True)).to_be_focused()
    expect(menu.get_by_role("menuitem", name="Rename…", exact=True)).to_have_attribute(
        "data-keys", "F2"
    )
    signed_in.check_accessibility()
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(first).to_be_focused()
    expect(first).to_have_attribute("aria-selected", "true")

    page.keyboard.press("Shift+ArrowDown")
    expect(second).to_be_focused()
    page.keyboard.press("Shift+F10")
    many = page.get_by_role("menu", name="Actions for 2 selected")
    expect(many.get_by_role("menuitem", name="Download as ZIP")).to_be_focused()
    expect(many.get_by_role("menuitem", name="Rename…")).to_have_count(0)
    many.get_by_role("menuitem", name="Delete", exact=True).click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text("2 objects")
    dialog.get_by_role("button", name="Delete").click()
    expect(first).to_have_count(0)
    expect(second).to_have_count(0)


def test_a_finger_that_stays_on_a_row_opens_its_menu(
    browser: Browser, stowage: Record, session: Session
) -> None:
    with visiting(browser, stowage, session=session, theme="dark", is_phone=True) as visit:
        visit.open("/b/local/demo")
        expect(visit.row("welcome.txt")).to_be_visible()

        _touch(visit.page, "welcome.txt")

        menu = visit.page.get_by_role("menu", name="Actions for welcome.txt")
        expect(menu.get_by_role("menuitem", name="Versions")).to_be_visible()
        visit.check_accessibility()


def _touch(page: Page, name: str) -> None:
    box = page.get_by_role("gridcell").get_by_text(name, exact=True).bounding_box()
    assert box is not None
    points = [{"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}]
    session = page.context.new_cdp_session(page)
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points})
    expect(page.get_by_role("menu")).to_be_visible()
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()
