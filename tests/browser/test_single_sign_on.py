"""
Signing in at an identity provider and out again, in a real browser.
"""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from support.browser import TOUR_SEEN
from support.oidc import OidcProvider, claim, single_sign_on


def at_the_provider(page: Page, subject: str) -> None:
    """
    Say who one is, on the provider's own pages.
    """
    page.get_by_placeholder("Enter any login").fill(subject)
    page.get_by_placeholder("and password").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def test_one_signs_in_at_the_provider_and_out_there_too(
    browser: Browser, oidc_provider: OidcProvider, tmp_path: Path
) -> None:
    problems: list[str] = []
    with single_sign_on(tmp_path, oidc_provider, name="Company login") as dashboard:
        context = browser.new_context(locale="en-US")
        page = context.new_page()
        page.add_init_script(TOUR_SEEN)
        page.on("pageerror", lambda error: problems.append(str(error)))

        # Nobody has mapped this one to a role yet, and the page says so.
        claim(oidc_provider, "sso-ann", groups=["nowhere"])
        page.goto(f"{dashboard.url}/admin/users")
        page.get_by_role("button", name="Sign in with Company login").click()
        at_the_provider(page, "sso-ann")
        expect(page.get_by_text("Nobody has given your account a role here.")).to_be_visible()

        claim(oidc_provider, "sso-ann", groups=["ops"])
        page.goto(f"{dashboard.url}/admin/users")
        page.get_by_role("button", name="Sign in with Company login").click()
        at_the_provider(page, "sso-ann")
        expect(page).to_have_url(re.compile(r"/admin/users"))
        expect(page.get_by_role("gridcell").get_by_text("sso-ann", exact=True)).to_be_visible()

        page.get_by_role("button", name="sso-ann").click()
        page.get_by_role("menuitem", name="Sign out").click()
        page.get_by_role("button", name="Yes, sign me out").click()
        expect(page).to_have_url(f"{dashboard.url}/login")
        page.get_by_role("button", name="Sign in with Company login").click()
        expect(page.get_by_placeholder("Enter any login")).to_be_visible()
        context.close()
    assert problems == []
