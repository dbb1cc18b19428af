"""
Every screen, light on a desk and dark on a phone: axe-core finds nothing, nothing overflows.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, ViewportSize, expect

from app.quickstart.record import Record
from support.browser import DESK, PHONE, Session, Visit, visiting

WALL = ViewportSize(width=3840, height=2160)
Show = Callable[[Visit], None]
SCREENS: dict[str, Show] = {}


def screen(show: Show) -> Show:
    """
    Add a function that leads to a screen.
    """
    SCREENS[show.__name__.removeprefix("_")] = show
    return show


@screen
def _sign_in(visit: Visit) -> None:
    visit.open("/login")
    expect(visit.page.get_by_label("User name")).to_be_visible()


@screen
def _refused_sign_in(visit: Visit) -> None:
    visit.expected_statuses.add(401)
    visit.open("/login")
    # A name of its own each time: too many wrong passwords lock a name, whoever has it.
    visit.sign_in(f"nobody-{secrets.token_hex(4)}", "wrong password")
    expect(visit.page.get_by_role("alert").filter(has_text="wrong")).to_be_visible()


@screen
def _home(visit: Visit) -> None:
    visit.start()
    expect(visit.page.get_by_text("Latency")).to_be_visible()


@screen
def _account_menu(visit: Visit) -> None:
    visit.start()
    visit.page.get_by_role("button", name="Account of admin").click()
    expect(visit.page.get_by_role("menuitem", name="Sign out")).to_be_visible()


@screen
def _password(visit: Visit) -> None:
    visit.start()
    visit.open("/password")
    expect(visit.page.get_by_label("Current password")).to_be_visible()


@screen
def _buckets(visit: Visit) -> None:
    visit.start("/b/local")
    expect(visit.row("demo")).to_be_visible()


@screen
def _create_bucket(visit: Visit) -> None:
    visit.start("/b/local")
    visit.page.get_by_role("button", name="Create bucket").click()
    visit.page.get_by_role("dialog").get_by_label("Name").fill("Not-Valid")
    expect(visit.page.get_by_text("Only a-z, 0-9, - and . are allowed.")).to_be_visible()


@screen
def _objects(visit: Visit) -> None:
    visit.start("/b/local/demo")
    expect(visit.row("welcome.txt")).to_be_visible()


@screen
def _selected_objects(visit: Visit) -> None:
    visit.start("/b/local/demo")
    visit.row("welcome.txt").get_by_role("checkbox").click()
    expect(visit.page.get_by_text("1 selected")).to_be_visible()


@screen
def _object_menu(visit: Visit) -> None:
    visit.start("/b/local/demo")
    visit.page.get_by_role("button", name="Actions for welcome.txt").click()
    expect(visit.page.get_by_role("menuitem", name="Copy key")).to_be_visible()


@screen
def _delete_objects(visit: Visit) -> None:
    visit.start("/b/local/demo")
    visit.page.get_by_role("button", name="Actions for reports").click()
    visit.page.get_by_role("menuitem", name="Delete").click()
    expect(visit.page.get_by_text("will be deleted for good")).to_be_visible()


@screen
def _filter_without_match(visit: Visit) -> None:
    visit.start("/b/local/demo?filter=nothing-like-this")
    expect(visit.page.get_by_text("Nothing matches")).to_be_visible()


@screen
def _empty_folder(visit: Visit) -> None:
    visit.start("/b/local/demo?prefix=no-such-folder%2F")
    expect(visit.page.get_by_text("This folder is empty")).to_be_visible()


@screen
def _missing_bucket(visit: Visit) -> None:
    visit.expected_statuses.add(404)
    visit.start("/b/local/no-such-bucket")
    expect(visit.page.get_by_text("There is no such bucket")).to_be_visible()


@screen
def _text_preview(visit: Visit) -> None:
    visit.start("/b/local/demo?object=welcome.txt")
    expect(visit.page.get_by_label("Text", exact=True)).to_contain_text("Welcome")


@screen
def _table_preview(visit: Visit) -> None:
    visit.start("/b/local/demo?object=readings.csv")
    expect(visit.page.get_by_role("grid", name="Table")).to_contain_text("harbour")


@screen
def _image_preview(visit: Visit) -> None:
    visit.start("/b/local/demo?object=sunrise.png")
    expect(visit.page.get_by_role("img", name="Image sunrise.png")).to_be_visible()


@screen
def _pdf(visit: Visit) -> None:
    visit.start("/b/local/demo?object=one-page.pdf")
    expect(visit.page.get_by_role("complementary").locator("canvas").first).to_be_visible()


@screen
def _details(visit: Visit) -> None:
    visit.start("/b/local/demo?object=welcome.txt&panel=details")
    expect(visit.page.get_by_text("s3://demo/welcome.txt")).to_be_visible()


@screen
def _credentials(visit: Visit) -> None:
    visit.start("/credentials")
    expect(visit.page.get_by_role("heading", name="S3 credentials")).to_be_visible()


@screen
def _create_credential(visit: Visit) -> None:
    visit.start("/credentials")
    visit.page.get_by_role("button", name="Create credential").first.click()
    expect(visit.page.get_by_role("checkbox", name="demo")).to_be_visible()


@screen
def _users(visit: Visit) -> None:
    visit.start("/admin/users")
    expect(visit.row("admin")).to_be_visible()


@screen
def _create_user(visit: Visit) -> None:
    visit.start("/admin/users")
    visit.page.get_by_role("button", name="Create user").click()
    expect(visit.page.get_by_label("E-mail")).to_be_visible()


@screen
def _user_panel(visit: Visit) -> None:
    visit.start("/admin/users")
    visit.row("admin").get_by_role("link").click()
    expect(visit.page.get_by_text("Everything, as an administrator.")).to_be_visible()
    expect(visit.page.get_by_role("list", name="Last sign-ins")).to_contain_text("127.0.0.1")


@screen
def _groups(visit: Visit) -> None:
    visit.start("/admin/groups")
    visit.page.get_by_role("button", name="Create group").first.click()
    expect(visit.page.get_by_role("dialog").get_by_label("Members").first).to_be_visible()


@screen
def _grants(visit: Visit) -> None:
    visit.start("/admin/access")
    visit.page.get_by_role("button", name="Grant access").first.click()
    visit.page.get_by_label("Rights").select_option("custom")
    expect(visit.page.get_by_role("checkbox", name="Configure")).to_be_visible()


@screen
def _explained_access(visit: Visit) -> None:
    visit.start("/admin/access?tab=explain&who=anonymous&action=GetObject&bucket=demo&key=a")
    expect(visit.page.get_by_label("Answer")).to_contain_text("Denied")


@screen
def _backend_panel(visit: Visit) -> None:
    visit.start("/admin/backends?backend=local")
    expect(visit.page.get_by_role("heading", name="In config.yaml")).to_be_visible()


@screen
def _add_backend(visit: Visit) -> None:
    visit.start("/admin/backends")
    visit.page.get_by_role("button", name="Add backend").first.click()
    expect(visit.page.get_by_role("dialog").get_by_label("Service")).to_be_visible()


@screen
def _all_credentials(visit: Visit) -> None:
    visit.start("/admin/s3")
    expect(visit.page.get_by_role("row").nth(1)).to_be_visible()


@screen
def _health(visit: Visit) -> None:
    visit.start("/admin/health")
    expect(visit.page.get_by_text("Agrees with ours")).to_be_visible()
    expect(visit.page.get_by_text(re.compile("B free of "))).to_be_visible()
    visit.page.get_by_role("button", name="Test step by step").first.click()
    expect(visit.page.get_by_role("list", name="Test").get_by_text("Sign in")).to_be_visible()
    visit.page.get_by_role("button", name="View as table").first.click()
    expect(visit.page.get_by_text(re.compile("in 24 h, .+ in 7 days")).first).to_be_visible()


@screen
def _set_a_limit(visit: Visit) -> None:
    visit.start("/admin/quotas")
    visit.page.get_by_role("button", name="Set a limit").first.click()
    visit.page.get_by_role("combobox", name="Limit of a").select_option("credential")
    expect(visit.page.get_by_role("combobox", name="Credential")).to_be_visible()


@screen
def _import_users(visit: Visit) -> None:
    visit.start("/admin/users")
    visit.page.get_by_role("button", name="Import").click()
    dialog = visit.page.get_by_role("dialog", name="Import users")
    dialog.get_by_role("textbox", name="Users as CSV").fill("username,role\nscreen,none\n,user")
    dialog.get_by_role("button", name="Check").click()
    expect(dialog.get_by_text("2 refused")).to_be_visible()


@screen
def _many_users(visit: Visit) -> None:
    visit.start("/admin/users")
    visit.row("admin").get_by_role("checkbox").click()
    tools = visit.page.get_by_role("toolbar", name="With the selected users")
    tools.get_by_role("button", name="Change role").click()
    expect(visit.page.get_by_role("dialog", name="Role of 1 user")).to_be_visible()


@screen
def _explained_request(visit: Visit) -> None:
    visit.expected_statuses.add(404)
    visit.start("/requests?id=nothing-like-this")
    expect(visit.page.get_by_text("No audit row has this request id")).to_be_visible()


@screen
def _make_public(visit: Visit) -> None:
    visit.start("/admin/s3?tab=public")
    visit.page.get_by_role("button", name="Make public").first.click()
    expect(visit.page.get_by_role("dialog")).to_contain_text("without a password")


@screen
def _aliases(visit: Visit) -> None:
    visit.start("/admin/s3?tab=aliases")
    expect(visit.page.get_by_text("No aliases yet")).to_be_visible()


@screen
def _dashboard(visit: Visit) -> None:
    visit.start("/admin/dashboard")
    expect(visit.page.get_by_role("heading", name="Requests by status")).to_be_visible()
    visit.page.get_by_role("button", name="View as table").first.click()


@screen
def _account(visit: Visit) -> None:
    visit.start("/account")
    expect(visit.page.get_by_text("this one")).to_be_visible()


@screen
def _shares(visit: Visit) -> None:
    visit.start("/shares")
    expect(visit.page.get_by_role("heading", name="Shares", exact=True)).to_be_visible()


@screen
def _share_object(visit: Visit) -> None:
    visit.start("/b/local/demo")
    visit.page.get_by_role("button", name="Actions for welcome.txt").click()
    visit.page.get_by_role("menuitem", name="Share").click()
    expect(visit.page.get_by_role("dialog").get_by_label("Ends")).to_be_visible()


@screen
def _copy_object(visit: Visit) -> None:
    visit.start("/b/local/demo")
    visit.page.get_by_role("button", name="Actions for welcome.txt").click()
    visit.page.get_by_role("menuitem", name="Copy to").click()
    expect(visit.page.get_by_role("dialog").get_by_label("To backend")).to_be_visible()


@screen
def _activity(visit: Visit) -> None:
    visit.start("/activity")
    expect(visit.page.get_by_role("heading", name="Activity", exact=True)).to_be_visible()


@screen
def _tags(visit: Visit) -> None:
    visit.start("/b/local/demo?object=welcome.txt&panel=tags")
    visit.page.get_by_role("button", name="Add tag").click()
    expect(visit.page.get_by_label("Value")).to_be_visible()


@screen
def _versioning(visit: Visit) -> None:
    visit.start("/b/local/demo/settings")
    expect(visit.page.get_by_role("button", name="Keep versions")).to_be_visible()


@screen
def _quota(visit: Visit) -> None:
    visit.start("/b/local/demo/settings?part=quota")
    visit.page.get_by_label("Warn above").fill("much")
    expect(visit.page.get_by_text("Write a size such as 80 GiB.")).to_be_visible()


@screen
def _lifecycle(visit: Visit) -> None:
    visit.start("/b/local/demo/settings?part=lifecycle")
    visit.page.get_by_role("button", name="Add rule").click()
    expect(visit.page.get_by_text("The rule does nothing yet.")).to_be_visible()


@screen
def _policy(visit: Visit) -> None:
    visit.start("/b/local/demo/settings?part=policy")
    visit.page.get_by_role("button", name="Insert").click()
    visit.page.get_by_role("menuitem", name="Everybody may read", exact=True).click()
    expect(visit.page.get_by_text("A statement lets everybody in.")).to_be_visible()
    visit.page.get_by_role("button", name="Add statement").click()
    expect(visit.page.get_by_text("Statement 2: Principal names nothing.")).to_be_visible()


@screen
def _usage(visit: Visit) -> None:
    visit.start("/b/local/demo/settings?part=usage")
    visit.page.get_by_role("button", name="Show what takes room").click()
    expect(
        visit.page.get_by_role("list", name="By folder").get_by_role("link").first
    ).to_be_visible()


@screen
def _empty_bucket(visit: Visit) -> None:
    visit.start("/b/local/demo/settings?part=contents")
    expect(visit.page.get_by_text("No open uploads")).to_be_visible()
    visit.page.get_by_role("button", name="Empty bucket").click()
    expect(visit.page.get_by_label("Type demo to confirm")).to_be_visible()


@screen
def _palette(visit: Visit) -> None:
    visit.start()
    visit.page.keyboard.press("Control+k")
    visit.page.get_by_role("combobox", name="Type a place").fill("we")
    expect(visit.page.get_by_role("option").first).to_be_visible()


@screen
def _shortcuts(visit: Visit) -> None:
    visit.start()
    visit.page.keyboard.press("?")
    expect(visit.page.get_by_role("heading", name="Among objects")).to_be_visible()


@screen
def _audit(visit: Visit) -> None:
    visit.start("/admin/audit?action=auth.login")
    page = visit.page
    expect(page.get_by_role("link", name="auth.login").first).to_be_visible()
    page.get_by_role("link", name="auth.login").first.click()
    expect(page.get_by_role("complementary", name="Event")).to_be_visible()


@screen
def _audit_without_match(visit: Visit) -> None:
    visit.start("/admin/audit?action=no.such.action")
    expect(visit.page.get_by_text("No event matches")).to_be_visible()


@screen
def _configuration_without_file(visit: Visit) -> None:
    visit.start("/admin/config")
    expect(visit.page.get_by_text("No configuration file is used")).to_be_visible()


@screen
def _missing_page(visit: Visit) -> None:
    visit.open("/no/such/page")
    expect(visit.page.get_by_role("heading", name="Page not found")).to_be_visible()


@pytest.fixture(scope="module")
def window(browser: Browser, stowage: Record, session: Session) -> Iterator[Visit]:
    """
    One window for all screens: the interface is fetched and compiled once, each is opened anew.
    """
    with visiting(browser, stowage, session=session) as visit:
        yield visit


@pytest.fixture
def visit(window: Visit, session: Session, show: Show) -> Iterator[Visit]:
    """
    The window as at a visit's begin; screens before the sign-in are visited by nobody.
    """
    page = window.page
    is_stranger = show in (_sign_in, _refused_sign_in)
    page.context.clear_cookies()
    page.context.add_cookies([] if is_stranger else session)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESK)
    window.expected_statuses.clear()
    yield window
    window.check_clean()
    # Whatever still runs is for this screen to answer for, not for the next one.
    page.goto("about:blank")


@pytest.mark.parametrize("show", SCREENS.values(), ids=SCREENS.keys())
def test_axe_finds_nothing_in_either_theme_nor_on_a_phone(visit: Visit, show: Show) -> None:
    show(visit)
    name = show.__name__.removeprefix("_")
    _keep_picture(visit, f"{name}-light")
    visit.check_accessibility()
    visit.page.emulate_media(color_scheme="dark")
    _keep_picture(visit, f"{name}-dark")
    visit.page.set_viewport_size(PHONE)
    _keep_picture(visit, f"{name}-phone")
    visit.check_accessibility()
    width = visit.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]


def _keep_picture(visit: Visit, name: str) -> None:
    folder = Path("test-results")
    if folder.is_dir():
        visit.page.screenshot(path=folder / f"{name}.png")


def test_on_a_very_wide_screen_no_line_is_read_from_edge_to_edge(signed_in: Visit) -> None:
    page = signed_in.page
    page.set_viewport_size(WALL)
    signed_in.start("/admin/health")
    backend = page.get_by_role("region", name="SeaweedFS of the quickstart")
    expect(backend).to_be_visible()
    _keep_picture(signed_in, "health-wall")
    assert _end(backend) - _start(backend) <= 1200
    signed_in.open("/admin/users")
    row = signed_in.row("admin")
    expect(row).to_be_visible()
    _keep_picture(signed_in, "users-wall")
    menu, box = row.get_by_role("button", name="Actions for admin"), row.get_by_role("checkbox")
    assert _end(menu) - _start(box) <= 2400


def _start(part: Locator) -> float:
    box = part.bounding_box()
    assert box is not None
    return box["x"]


def _end(part: Locator) -> float:
    box = part.bounding_box()
    assert box is not None
    return box["x"] + box["width"]
