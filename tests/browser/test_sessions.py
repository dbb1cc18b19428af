"""
What happens to a session: it lapses in the middle, it asks for a new password, it ends.
"""

import re

from playwright.sync_api import Browser, expect

from app.quickstart.record import Record
from support.browser import Session, Visit, visiting


def test_a_lapsed_session_is_mended_over_the_page_and_nothing_is_lost(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start("/b/local/demo")
    expect(signed_in.row("reports")).to_be_visible()

    page.context.clear_cookies(name="stowage_session")
    signed_in.expected_statuses.add(401)
    # Whatever the page asks by itself may meet the end of the session first and cover the link.
    signed_in.row("reports").get_by_role("link").dispatch_event("click")
    dialog = page.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_be_visible()
    signed_in.sign_in()

    expect(dialog).to_have_count(0)
    expect(signed_in.row("2026")).to_be_visible()
    expect(page).to_have_url(re.compile(r"prefix=reports"))


def test_a_new_user_must_choose_a_password_and_then_goes_on(
    browser: Browser, stowage: Record, session: Session
) -> None:
    with visiting(browser, stowage, session=session) as admin:
        page = admin.page
        admin.start("/admin/users")
        page.get_by_role("button", name="Create user").click()
        page.get_by_label("User name").fill("nina")
        page.get_by_role("dialog").get_by_role("button", name="Create user").click()
        created = page.get_by_role("dialog", name="User nina created")
        password = created.get_by_role("code").inner_text()
        created.get_by_role("button", name="Done").click()
        expect(admin.row("nina")).to_contain_text("New password due")

    with visiting(browser, stowage) as visit:
        page = visit.page
        visit.open("/b/local")
        visit.sign_in("nina", password)
        expect(page.get_by_role("heading", name="Change password")).to_be_visible()

        page.get_by_label("Current password").fill("not this one")
        page.get_by_label("New password", exact=True).fill("a boat under nine grey sails")
        page.get_by_label("Repeat the new password").fill("a boat under nine grey sails")
        visit.expected_statuses.add(401)
        page.get_by_role("button", name="Change password").click()
        expect(page.get_by_text("The password is wrong.")).to_be_visible()
        page.get_by_label("Current password").fill(password)
        page.get_by_role("button", name="Change password").click()

        expect(page.get_by_role("navigation", name="Main navigation")).to_be_visible()
        expect(page.get_by_role("link", name="Audit log")).to_have_count(0)


def test_the_theme_and_the_language_are_remembered(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start("/b/local")

    page.get_by_role("button", name="Account of admin").click()
    page.get_by_role("menuitem", name="Dark").click()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    page.get_by_role("button", name="Account of admin").click()
    page.get_by_role("menuitem", name="Deutsch").click()
    expect(page.get_by_role("button", name="Bucket anlegen")).to_be_visible()

    page.reload()
    expect(page.get_by_role("button", name="Bucket anlegen")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "de"
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_a_reader_is_offered_nothing_that_would_be_refused(
    browser: Browser, stowage: Record, session: Session
) -> None:
    password = "one harbour beneath seven lights"
    with visiting(browser, stowage, session=session) as admin:
        admin.start("/admin/users")
        made = admin.call(
            "POST",
            "/api/admin/users",
            {"username": "rita", "password": password, "role": "readonly", "must_change_pw": False},
        )
        assert made == 201
        found = admin.page.request.get(f"{stowage.dashboard_url}/api/admin/users?query=rita")
        limits = [
            f"/api/admin/quotas/user/{found.json()['users'][0]['id']}",
            "/api/backends/local/buckets/demo/quota",
        ]
        for path in limits:
            assert admin.call("PUT", path, {"hard_bytes": 2**40}) == 200

    with visiting(browser, stowage) as visit:
        page = visit.page
        visit.open("/b/local/demo?object=welcome.txt")
        visit.sign_in("rita", password)
        expect(page.get_by_label("Text", exact=True)).to_contain_text("Welcome")

        for name in ("Upload", "New folder", "Delete"):
            expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
        visit.row("welcome.txt").get_by_role("button", name="Actions for welcome.txt").click()
        expect(page.get_by_role("menuitem", name="Download")).to_be_visible()
        expect(page.get_by_role("menuitem", name="Delete")).to_have_count(0)
        page.keyboard.press("Escape")
        expect(page.get_by_role("meter", name="Room in this bucket")).to_be_attached()

        visit.open("/")
        meter = page.get_by_role("meter", name="All you write")
        expect(meter).to_have_attribute("aria-valuetext", re.compile("^0 B / 1 TiB"))
        visit.check_accessibility()

    with visiting(browser, stowage, session=session) as admin:
        admin.start("/admin/quotas")
        for path in limits:
            assert admin.call("DELETE", path, {}) == 204
