"""
Keys, limits and the log without a mouse; focus is never lost.
"""

import re

from playwright.sync_api import Locator, Page, Route, expect

from support.browser import Visit

STOP = "[role=row][tabindex='0']"
MOST_ROWS = 50


def test_a_credential_is_minted_by_keyboard_alone(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start("/")
    _go(page, "c", heading="S3 credentials")
    create = page.get_by_role("button", name="Create credential").first
    signed_in.tab_to(create)
    page.keyboard.press("Enter")

    dialog = page.get_by_role("dialog", name="Create credential")
    signed_in.tab_to(dialog.get_by_role("textbox", name="Description"))
    page.keyboard.type("by keyboard")
    signed_in.tab_to(dialog.get_by_role("checkbox", name="demo"))
    page.keyboard.press("Space")
    signed_in.tab_to(dialog.get_by_role("button", name="Create credential"))
    page.keyboard.press("Enter")

    secret = page.get_by_role("dialog", name="Store the secret now")
    signed_in.tab_to(secret.get_by_role("checkbox", name="I have stored the secret"))
    page.keyboard.press("Space")
    signed_in.tab_to(secret.get_by_role("button", name="Done"))
    page.keyboard.press("Enter")
    expect(secret).to_have_count(0)
    expect(page.get_by_role("button", name="Create credential")).to_be_focused()

    row = signed_in.row("by keyboard")
    _go_to_row(signed_in, page.get_by_role("grid", name="S3 credentials"), row)
    signed_in.tab_to(row.get_by_role("button", name=re.compile("Actions for")))
    page.keyboard.press("Enter")
    _choose(page, "Delete")
    signed_in.tab_to(page.get_by_role("button", name="Delete for good"))
    page.keyboard.press("Enter")
    expect(row).to_have_count(0)
    _see_focus_kept(page)


def test_a_limit_is_set_changed_and_removed_by_keyboard_alone(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start("/")
    _go_by_palette(page, "quotas", heading="Quotas")
    create = page.get_by_role("button", name="Set a limit").first
    signed_in.tab_to(create)
    page.keyboard.press("Enter")

    dialog = page.get_by_role("dialog", name="Set a limit")
    expect(dialog.get_by_role("combobox", name="Limit of a")).to_be_focused()
    signed_in.tab_to(dialog.get_by_role("combobox", name="Backend"))
    page.keyboard.press("ArrowDown")
    signed_in.tab_to(dialog.get_by_role("combobox", name="Bucket"))
    page.keyboard.type("demo")
    signed_in.tab_to(dialog.get_by_role("textbox", name="Warn above"))
    page.keyboard.type("3 TiB")
    signed_in.tab_to(dialog.get_by_role("textbox", name="Refuse above"))
    page.keyboard.type("2 TiB")
    expect(dialog.get_by_text("The warning comes before the limit.")).to_be_visible()
    page.keyboard.press("Backspace")
    page.keyboard.press("Control+a")
    page.keyboard.type("4 TiB")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Set a limit")).to_be_focused()

    row = signed_in.row("local / demo")
    expect(row.get_by_role("meter", name="Used by local / demo")).to_be_visible()
    _go_to_row(signed_in, page.get_by_role("grid", name="Quotas"), row)
    page.keyboard.press("Enter")
    edit = page.get_by_role("dialog", name="Limit of local / demo")
    expect(edit.get_by_role("textbox", name="Refuse above")).to_have_value("4 TiB")
    page.keyboard.press("Escape")
    expect(row).to_be_focused()

    signed_in.tab_to(row.get_by_role("button", name="Actions for local / demo"))
    page.keyboard.press("Enter")
    _choose(page, "Remove the limit")
    dialog = page.get_by_role("alertdialog")
    signed_in.tab_to(dialog.get_by_role("button", name="Remove the limit"))
    page.keyboard.press("Enter")
    expect(row).to_have_count(0)
    _see_focus_kept(page)


def test_the_log_is_filtered_and_read_by_keyboard_alone(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start("/")
    _go(page, "l", heading="Audit log")
    signed_in.tab_to(page.get_by_role("textbox", name="Value"))
    page.keyboard.type("auth.login")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("action=auth"))

    signed_in.tab_to(page.get_by_role("grid", name="Audit log").locator(STOP))
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary", name="Event")).to_contain_text("auth.login")
    signed_in.tab_to(page.get_by_role("button", name="Close panel"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary", name="Event")).to_have_count(0)
    _see_focus_kept(page)


def test_what_arrives_under_an_open_layer_stays_under_it(signed_in: Visit) -> None:
    page = signed_in.page
    held: list[Route] = []
    # Playwright keeps notes on the handler, which a bound method of a list does not allow.
    page.route("**/assets/AuditPage-*.js", lambda route: held.append(route))  # noqa: PLW0108
    signed_in.start("/")
    expect(page.get_by_role("heading", name="Home", level=1)).to_be_visible()
    with page.expect_request("**/assets/AuditPage-*.js"):
        page.keyboard.press("g")
        page.keyboard.press("l")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Type a place")).to_be_focused()

    held[0].continue_()
    under = page.locator("main h1", has_text="Audit log")
    expect(under).to_be_attached()
    assert under.evaluate("(heading) => heading.closest('[inert]') !== null")
    for _ in range(3):
        page.keyboard.press("Tab")
        focused = page.locator("[role=dialog] :focus")
        expect(focused).to_have_count(1)

    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Audit log")).to_be_visible()
    _see_focus_kept(page)


def _go(page: Page, key: str, *, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press(key)
    expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
    expect(page.get_by_role("main")).to_be_focused()


def _go_by_palette(page: Page, typed: str, *, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Type a place")).to_be_focused()
    page.keyboard.type(typed)
    expect(page.get_by_role("option").first).to_contain_text(re.compile(typed, re.IGNORECASE))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()


def _choose(page: Page, name: str) -> None:
    wanted = page.get_by_role("menuitem", name=name)
    expect(page.get_by_role("menuitem").first).to_be_focused()
    while not wanted.evaluate("(item) => item === document.activeElement"):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def _go_to_row(visit: Visit, grid: Locator, row: Locator) -> None:
    """
    Go to the one row that Tab stops at, and from there by arrows.
    """
    visit.tab_to(grid.locator(STOP))
    visit.page.keyboard.press("Home")
    for _ in range(MOST_ROWS):
        if row.get_attribute("tabindex") == "0":
            break
        visit.page.keyboard.press("ArrowDown")
    expect(row).to_be_focused()


def _see_focus_kept(page: Page) -> None:
    """
    Something in the page has focus, so that the next key does not begin at the top.
    """
    expect(page.locator("body")).not_to_be_focused()
