"""
Somebody who is faster than the page: what was asked for early is done, and done right.
"""

import re

from playwright.sync_api import Route, expect

from support.browser import Visit

_TYPE_AND_ENTER = """
(field, text) => {
  const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
  set.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
}
"""


def test_enter_right_after_the_last_letter_goes_where_the_whole_word_leads(
    signed_in: Visit,
) -> None:
    page = signed_in.page
    signed_in.start()
    page.keyboard.press("Control+k")
    # No key press could be faster: both events come before the page can draw once.
    page.get_by_role("combobox", name="Type a place").evaluate(_TYPE_AND_ENTER, "audit")
    expect(page).to_have_url(re.compile("/admin/audit"))


def test_rows_come_with_the_rights_so_that_no_key_or_menu_is_too_early(signed_in: Visit) -> None:
    page = signed_in.page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/backends/local/buckets/demo/access", hold)
    with page.expect_response(re.compile("/buckets/demo/objects")):
        signed_in.start("/b/local/demo")
    expect(page.get_by_role("heading", name="demo", level=1)).to_be_visible()
    expect(signed_in.row("welcome.txt")).to_have_count(0)
    assert held, "the page did not ask for the rights"
    for route in held:
        route.continue_()
    signed_in.row("welcome.txt").focus()
    page.keyboard.press("F2")
    expect(page.get_by_role("textbox", name="Rename welcome.txt")).to_have_value("welcome.txt")
