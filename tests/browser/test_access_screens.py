"""
Administration in the browser: users, groups, grants, backends and public buckets, from making
them to taking them away, each with what it means outside of the browser.
"""

import re

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError
from playwright.sync_api import Page, Route, expect

from support.browser import Visit
from support.polling import wait_until


def test_a_user_is_made_renamed_locked_out_and_deleted_by_typing_the_name(
    signed_in: Visit,
) -> None:
    page = signed_in.page
    signed_in.start("/admin/users")
    _create_user(page, "ui-berta")

    _choose(page, "ui-berta", "Change e-mail")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("E-mail").fill("berta@example.org")
    dialog.get_by_role("button", name="Save").click()
    expect(signed_in.row("ui-berta")).to_contain_text("berta@example.org")
    _choose(page, "ui-berta", "Disable")
    page.get_by_role("alertdialog").get_by_role("button", name="Disable").click()
    expect(signed_in.row("ui-berta")).to_contain_text("Disabled")

    signed_in.row("ui-berta").get_by_role("link").click()
    panel = page.get_by_role("complementary", name="User ui-berta")
    expect(panel.get_by_text("No sign-in is in the audit log.")).to_be_visible()
    expect(panel.get_by_role("heading", name="May do now")).to_be_visible()
    panel.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog.get_by_role("button", name="Delete for good")).to_be_disabled()
    dialog.get_by_label("Type ui-berta to confirm").fill("ui-berta")
    dialog.get_by_role("button", name="Delete for good").click()

    expect(signed_in.row("ui-berta")).to_have_count(0)
    expect(panel).to_have_count(0)


def test_users_are_imported_after_a_look_at_what_would_happen_then_changed_and_deleted_together(
    signed_in: Visit,
) -> None:
    page = signed_in.page
    signed_in.start("/admin/users")
    page.get_by_role("button", name="Import", exact=True).click()
    dialog = page.get_by_role("dialog", name="Import users")
    csv = "username,role,password\nui-many-1,user,{0}\nui-many-2,readonly,{0}\nui-many-3,king,{0}\n"
    dialog.get_by_role("textbox", name="Users as CSV").fill(csv.format("seven tall ships at dawn"))
    dialog.get_by_role("button", name="Check", exact=True).click()
    expect(dialog.get_by_text("2 to make, 0 to change, 0 as they are, 1 refused")).to_be_visible()
    expect(dialog.get_by_role("row").filter(has_text="ui-many-3")).to_contain_text("Refused")
    dialog.get_by_role("button", name="Import 2 users").press("Enter")
    expect(dialog.get_by_text("2 made, 0 changed, 0 as they were, 1 refused")).to_be_visible()
    dialog.get_by_role("button", name="Done", exact=True).press("Enter")
    expect(dialog).to_have_count(0)

    for name in ("ui-many-1", "ui-many-2"):
        signed_in.row(name).get_by_role("checkbox").click()
    expect(page.get_by_text("2 selected", exact=True)).to_be_visible()
    tools = page.get_by_role("toolbar", name="With the selected users")
    tools.get_by_role("button", name="Disable", exact=True).click()
    dialog = page.get_by_role("alertdialog", name="Disable 2 users?")
    dialog.get_by_role("button", name="Disable", exact=True).click()
    _done(page, "Disable 2 users?")
    for name in ("ui-many-1", "ui-many-2"):
        expect(signed_in.row(name)).to_contain_text("Disabled")

    # Nobody deletes oneself.
    signed_in.expected_statuses.add(403)
    signed_in.row("admin").get_by_role("checkbox").click()
    expect(page.get_by_text("3 selected", exact=True)).to_be_visible()
    tools.get_by_role("button", name="Delete", exact=True).click()
    dialog = page.get_by_role("alertdialog", name="Delete 3 users?")
    dialog.get_by_role("button", name="Delete for good").click()
    refused = page.get_by_role("dialog").get_by_role("list", name="Refused")
    expect(refused).to_contain_text("admin")
    _done(page, "Delete 3 users?", count="2 of 3")
    for name in ("ui-many-1", "ui-many-2"):
        expect(signed_in.row(name)).to_have_count(0)
    expect(signed_in.row("admin")).to_be_visible()


def test_a_refused_request_is_explained_by_the_id_that_its_client_was_told(
    signed_in: Visit,
) -> None:
    page, record = signed_in.page, signed_in.record
    signed_in.start("/credentials")
    client = boto3.client(
        "s3",
        endpoint_url=record.s3_endpoint,
        region_name=record.region,
        aws_access_key_id=record.access_key_id,
        aws_secret_access_key="not-the-secret-of-this-key",
    )
    with pytest.raises(ClientError) as refused:
        client.get_object(Bucket=record.bucket, Key="welcome.txt")
    request_id = refused.value.response["ResponseMetadata"]["RequestId"]
    known = f"{record.dashboard_url}/api/admin/access/requests/{request_id}"
    wait_until(lambda: page.request.get(known).ok, what="the request in the audit log")

    page.get_by_role("link", name="Explain a request").click()
    expect(page.get_by_role("heading", name="Explain a request")).to_be_visible()
    page.get_by_role("textbox", name="Request id").fill(request_id)
    page.keyboard.press("Enter")

    then = page.get_by_role("region", name="What happened")
    expect(then.get_by_text("Answered with status 403")).to_be_visible()
    expect(then).to_contain_text(record.access_key_id)
    canonical = page.get_by_label("Canonical request", exact=True)
    expect(canonical).to_contain_text(f"GET\n/{record.bucket}/welcome.txt")
    expect(page.get_by_role("region", name="The same request now")).to_contain_text("Allowed")
    expect(page).to_have_url(re.compile(f"id={request_id}"))


def test_a_grant_to_a_group_opens_a_bucket_and_the_explainer_says_which_rule(
    signed_in: Visit,
) -> None:
    page = signed_in.page
    signed_in.start("/admin/users")
    _create_user(page, "ui-clara", role="Read-only")
    signed_in.open("/admin/groups")
    page.get_by_role("button", name="Create group").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("ui-readers")
    dialog.get_by_label("Members", exact=True).first.fill("ui-clara")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("listitem")).to_have_text("ui-clara")
    dialog.get_by_role("button", name="Create group").click()
    expect(signed_in.row("ui-readers")).to_contain_text("1")

    signed_in.open("/admin/access")
    page.get_by_role("button", name="Grant access").first.click()
    dialog.get_by_label("Kind").select_option("group")
    dialog.get_by_label("Who").fill("ui-readers")
    dialog.get_by_label("Backend").select_option("local")
    dialog.get_by_label("Bucket", exact=True).fill("demo")
    dialog.get_by_label("Only keys that begin with").fill("reports/")
    dialog.get_by_role("button", name="Grant access").click()
    expect(signed_in.row("ui-readers")).to_contain_text("local / demo / reports/")

    page.get_by_role("tab", name="Explain").click()
    page.get_by_label("Who").fill("ui-clara")
    page.get_by_label("Backend", exact=True).select_option("local")
    page.get_by_label("Bucket", exact=True).fill("demo")
    page.get_by_label("Key", exact=True).fill("reports/a.txt")
    page.get_by_role("button", name="Explain", exact=True).click()
    expect(page.get_by_label("Answer")).to_contain_text("Allowed")
    page.get_by_label("Action", exact=True).fill("DeleteObject")
    page.get_by_role("button", name="Explain", exact=True).click()
    expect(page.get_by_label("Answer")).to_contain_text("Denied")
    expect(page).to_have_url(re.compile("who=ui-clara.*action=DeleteObject"))

    page.get_by_role("tab", name="Grants").click()
    _choose(page, "ui-readers", "Take away")
    page.get_by_role("alertdialog").get_by_role("button", name="Take away").click()
    expect(signed_in.row("ui-readers")).to_have_count(0)


def test_who_is_typed_before_the_names_have_come_is_found_all_the_same(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start("/")
    is_let_go, held = False, list[Route]()

    def hold(route: Route) -> None:
        if is_let_go:
            route.continue_()
        else:
            held.append(route)

    page.route(re.compile("/api/admin/users"), hold)
    signed_in.open("/admin/groups")
    page.get_by_role("button", name="Create group").first.click()
    dialog = page.get_by_role("dialog", name="Create group")
    dialog.get_by_label("Name", exact=True).fill("typed early")
    dialog.get_by_label("Members", exact=True).first.fill("admin")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("listitem")).to_have_text("admin")
    expect(dialog.get_by_role("button", name="Create group")).to_be_disabled()

    is_let_go = True
    for route in held:
        route.continue_()

    dialog.get_by_role("button", name="Create group").click()
    expect(signed_in.row("typed early")).to_contain_text("1")


def test_a_backend_is_tried_before_it_is_added_and_deleted_by_typing_its_id(
    signed_in: Visit,
) -> None:
    page = signed_in.page
    signed_in.start("/admin/backends")
    declared = signed_in.row("SeaweedFS of the quickstart")
    declared.get_by_role("link").click()
    panel = page.get_by_role("complementary", name=re.compile("SeaweedFS"))
    expect(panel).to_contain_text("read-only here")
    address = panel.get_by_text(re.compile(r"^http://")).inner_text()
    panel.get_by_role("button", name="Close panel").click()

    page.get_by_role("button", name="Add backend").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("UI Archive")
    expect(dialog.get_by_label("Id", exact=True)).to_have_value("ui-archive")
    dialog.get_by_label("Endpoint").fill(address)
    dialog.get_by_label("Access key").fill("AKIAWRONG")
    dialog.get_by_label("Secret key", exact=True).fill("wrong-secret")
    dialog.get_by_role("button", name="Test").click()
    steps = dialog.get_by_role("list", name="Test")
    expect(steps.get_by_role("listitem").nth(2)).to_be_visible()
    expect(
        dialog.get_by_role("alert").filter(has_text=re.compile("credential|key"))
    ).to_be_visible()
    dialog.get_by_role("button", name="Add backend").click()
    expect(signed_in.row("UI Archive")).to_be_visible()

    _choose(page, "UI Archive", "Delete")
    dialog = page.get_by_role("alertdialog")
    dialog.get_by_label("Type ui-archive to confirm").fill("ui-archive")
    dialog.get_by_role("button", name="Delete backend").click()
    expect(signed_in.row("UI Archive")).to_have_count(0)


def test_rules_of_cors_are_judged_while_typing_and_saved_after_a_look_at_the_difference(
    signed_in: Visit,
) -> None:
    page = signed_in.page
    signed_in.start("/b/local/demo")
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("tab", name="CORS").click()
    page.get_by_role("button", name="Add rule").click()
    expect(page.get_by_text("Name at least one origin.")).to_be_visible()
    expect(page.get_by_role("button", name="Review changes")).to_be_disabled()
    page.get_by_label("Origins", exact=True).first.fill("https://app.example.org")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Edit as text").click()
    text = page.get_by_label("Rules as JSON")
    text.fill(text.input_value().replace('"GET"', '"GET", "PUT"'))
    page.get_by_role("button", name="Review changes").click()
    expect(page.get_by_label("Changes", exact=True)).to_contain_text("https://app.example.org")
    page.get_by_role("button", name="Save").click()

    page.get_by_label("Origin of the page").fill("https://app.example.org")
    page.get_by_label("Method", exact=True).select_option("PUT")
    expect(page.get_by_text("Rule 1 answers.")).to_be_visible()
    answer = httpx.options(
        f"{signed_in.record.s3_endpoint}/demo/welcome.txt",
        headers={"Origin": "https://app.example.org", "Access-Control-Request-Method": "PUT"},
    )
    assert answer.headers["access-control-allow-origin"] == "https://app.example.org"

    page.get_by_role("button", name="Remove rule 1").click()
    page.get_by_role("button", name="Review changes").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("There is no rule.")).to_be_visible()


def test_a_policy_is_made_in_a_form_its_faults_are_shown_by_line_and_it_is_saved(
    signed_in: Visit,
) -> None:
    page = signed_in.page
    signed_in.start("/b/local/demo/settings?part=policy")
    signed_in.tab_to(page.get_by_role("button", name="Insert"))
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Everybody may read one prefix").press("Enter")
    statement = page.get_by_role("region", name="Statement 1")
    expect(statement.get_by_role("listitem")).to_have_text(
        ["s3:GetObject", "arn:aws:s3:::demo/public/*"]
    )
    statement.get_by_role("combobox", name="What").fill("s3:GetObjectTagging")
    page.keyboard.press("Enter")

    page.get_by_role("button", name="Edit as text").click()
    text = page.get_by_role("textbox", name="Policy as JSON")
    sound = text.input_value()
    text.fill(sound.replace('"Allow"', '"Alow"'))
    expect(page.get_by_text("Statement 1: Effect is Allow or Deny.")).to_be_visible()
    expect(page.get_by_role("button", name="Review changes")).to_be_disabled()
    page.get_by_role("button", name="Line 6").click()
    expect(text).to_be_focused()
    assert "Alow" in text.evaluate(
        "(area) => area.value.slice(area.selectionStart, area.selectionEnd)"
    )
    text.fill(sound.replace("demo/", "elsewhere/"))
    expect(
        page.get_by_text("arn:aws:s3:::elsewhere/public/* is not in this bucket.")
    ).to_be_visible()
    text.fill(sound)
    page.get_by_role("button", name="Review changes").click()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()

    expect(page.get_by_role("list", name="What it says")).to_contain_text("s3:GetObjectTagging")
    page.get_by_role("button", name="Remove statement 1").click()
    page.get_by_role("button", name="Review changes").click()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_text("There is no policy.")).to_be_visible()
    expect(page.get_by_text("Not saved yet.")).to_have_count(0)


def test_a_bucket_is_pinned_and_another_session_is_ended(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start("/b/local/demo")
    page.get_by_role("button", name="Pin demo").click()
    rail = page.get_by_role("navigation", name="Main navigation")
    expect(rail.get_by_title("local / demo")).to_be_visible()
    page.get_by_role("button", name="Unpin demo").click()
    expect(rail.get_by_title("local / demo")).to_have_count(0)

    record = signed_in.record
    with httpx.Client(base_url=record.dashboard_url) as other:
        signing = {"username": record.admin_username, "password": record.admin_password}
        other.post("/auth/login/local", json=signing, headers={"User-Agent": "other-place"})
        signed_in.open("/account")
        row = page.get_by_role("listitem").filter(has_text="other-place")
        row.get_by_role("button", name="End the session of other-place").click()
        expect(row).to_have_count(0)
        assert other.get("/api/me").status_code == 401


def test_a_token_is_made_for_one_bucket_used_by_a_script_and_revoked(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start("/account")
    page.get_by_role("button", name="Create token").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name of the token").fill("ui-nightly")
    expect(dialog.get_by_role("button", name="Create token")).to_be_disabled()
    dialog.get_by_label("Backend").select_option("local")
    dialog.get_by_label("Bucket", exact=True).fill("demo")
    signed_in.check_accessibility()
    dialog.get_by_role("button", name="Create token").click()
    token = dialog.get_by_role("code").inner_text()
    expect(dialog.get_by_role("button", name="Done")).to_be_disabled()
    dialog.get_by_label("I have stored the token").check()
    dialog.get_by_role("button", name="Done").click()

    row = page.get_by_role("listitem").filter(has_text="ui-nightly")
    expect(row).to_contain_text("local / demo: Read")
    expect(row).to_contain_text("never used")
    url = "/api/backends/local/buckets/demo/objects"
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=signed_in.record.dashboard_url, headers=headers) as script:
        assert script.get(url).status_code == 200
        assert script.post(f"{url}/folder", json={"key": "ui-token/"}).status_code == 403
        row.get_by_role("button", name="Revoke token ui-nightly").click()
        page.get_by_role("alertdialog").get_by_role("button", name="Revoke").click()
        expect(row).to_have_count(0)
        assert script.get(url).status_code == 401


def _create_user(page: Page, name: str, *, role: str = "User") -> None:
    page.get_by_role("button", name="Create user").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("User name").fill(name)
    dialog.get_by_label("Role").select_option(role)
    dialog.get_by_role("button", name="Create user").click()
    dialog.get_by_role("button", name="Done").click()


def _choose(page: Page, row: str, action: str) -> None:
    page.get_by_role("button", name=f"Actions for {row}").click()
    page.get_by_role("menuitem", name=action).click()


def _done(page: Page, title: str, *, count: str = "2 of 2") -> None:
    running = page.get_by_role("dialog", name=title)
    expect(running.get_by_text(f"{count} done")).to_be_visible()
    running.get_by_role("button", name="Done", exact=True).press("Enter")
    expect(running).to_have_count(0)
