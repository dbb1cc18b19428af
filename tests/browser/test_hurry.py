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


def test_a_menu_that_was_opened_before_the_rights_were_known_gains_what_they_allow(
    signed_in: Visit,
) -> None:
    page = signed_in.page
    held: list[Route] = []
    page.route("**/api/backends/local/buckets/demo/access", lambda route: held.append(route))
    signed_in.start("/b/local/demo")
    page.get_by_role("button", name="Actions for reports").first.click()
    expect(page.get_by_role("menuitem", name="Download as ZIP")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Share")).to_have_count(0)
    assert held, "the page did not ask for the rights"
    for route in held:
        route.continue_()
    expect(page.get_by_role("menuitem", name="Share")).to_be_visible()
