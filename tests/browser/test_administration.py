"""
Keys, buckets and the log: what is made in the browser works outside of it.
"""

import re

import boto3
from playwright.sync_api import expect

from support.browser import Visit
from support.pictures import take_picture

_IS_WHOLE = "(one) => [one, ...one.children].every((part) => part.scrollWidth <= part.clientWidth)"
"""Nothing of it is cut off at its sides."""


def test_a_credential_made_in_the_browser_opens_its_bucket_and_its_secret_cannot_be_lost(
    signed_in: Visit,
) -> None:
    page = signed_in.page
    signed_in.start("/credentials")
    page.get_by_role("button", name="Create credential").first.click()
    page.get_by_label("Description").fill("browser test")
    page.get_by_role("checkbox", name="demo").check()
    page.get_by_role("dialog").get_by_role("button", name="Create credential").click()

    dialog = page.get_by_role("dialog", name="Store the secret now")
    access_key = dialog.get_by_role("code").nth(0).inner_text()
    secret_key = dialog.get_by_role("code").nth(1).inner_text()
    assert dialog.evaluate(_IS_WHOLE)
    take_picture(page, "credential")
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Done")).to_be_disabled()
    dialog.get_by_role("checkbox", name="I have stored the secret").check()
    dialog.get_by_role("button", name="Done").click()

    row = signed_in.row(access_key)
    expect(row).to_contain_text("browser test")
    assert secret_key not in page.content()
    assert "welcome.txt" in _list_keys(signed_in, access_key, secret_key)
    row.get_by_role("button", name=re.compile("Actions for")).click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Delete for good").click()
    expect(row).to_have_count(0)


def test_a_bucket_is_made_emptied_and_deleted_by_typing_its_name(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start("/b/local")
    page.get_by_role("button", name="Create bucket").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("made-in-browser")
    dialog.get_by_role("button", name="Create bucket").click()
    expect(signed_in.row("made-in-browser")).to_be_visible()

    _fill(signed_in, "made-in-browser")
    signed_in.open("/b/local/made-in-browser/settings?part=contents")
    page.get_by_role("button", name="Actions for half.bin").click()
    page.get_by_role("menuitem", name="Abort").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Abort").click()
    expect(page.get_by_text("No open uploads")).to_be_visible()
    page.get_by_role("button", name="Empty bucket").click()
    button = page.get_by_role("alertdialog").get_by_role("button", name="Empty bucket")
    expect(button).to_be_disabled()
    page.get_by_label("Type made-in-browser to confirm").fill("made-in-browser")
    button.click()
    page.get_by_role("tabpanel").get_by_role("link", name="Activity").click()
    expect(
        signed_in.page.get_by_role("row").filter(has_text="Empty made-in-browser/")
    ).to_contain_text("Done")

    signed_in.open("/b/local")
    page.get_by_role("button", name="Actions for made-in-browser").click()
    page.get_by_role("menuitem", name="Delete bucket").click()
    button = page.get_by_role("alertdialog").get_by_role("button", name="Delete bucket")
    expect(button).to_be_disabled()
    page.get_by_label("Type made-in-browser to confirm").fill("made-in-browser")
    button.click()

    expect(signed_in.row("made-in-browser")).to_have_count(0)


def _fill(visit: Visit, bucket: str) -> None:
    """
    Put an object into a bucket, and begin an upload that nobody finishes.
    """
    copied = {"src_key": "welcome.txt", "dst_key": "welcome.txt", "dst_bucket": bucket}
    buckets = "/api/backends/local/buckets"
    assert visit.call("POST", f"{buckets}/demo/object/copy", copied) == 200
    assert visit.call("POST", f"{buckets}/{bucket}/multipart?key=half.bin", {}) == 201


def test_a_bucket_that_is_not_empty_stays_and_the_dialog_says_why(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start("/b/local")
    page.get_by_role("button", name="Actions for demo").click()
    page.get_by_role("menuitem", name="Delete bucket").click()
    page.get_by_label("Type demo to confirm").fill("demo")
    signed_in.expected_statuses.add(409)
    page.get_by_role("alertdialog").get_by_role("button", name="Delete bucket").click()

    expect(page.get_by_text("The bucket is not empty.")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(signed_in.row("demo")).to_be_visible()


def test_the_audit_log_is_filtered_and_the_filter_stands_in_the_address(signed_in: Visit) -> None:
    page = signed_in.page
    signed_in.start("/admin/audit")
    page.get_by_label("Value").fill("auth.")
    page.get_by_role("button", name="Add filter").click()
    expect(page).to_have_url(re.compile(r"action=auth"))
    expect(page.get_by_role("link", name="auth.login").first).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^(?!auth)[a-z0-9_]+[.]"))).to_have_count(0)

    page.get_by_role("link", name="auth.login").first.click()
    panel = page.get_by_role("complementary", name="Event")
    expect(panel.get_by_label("Detail")).to_contain_text('"source": "local"')
    take_picture(page, "audit")
    panel.get_by_role("button", name="Filter by this Request id").click()

    expect(page.get_by_role("button", name="Remove filter Request id")).to_be_visible()
    expect(page.get_by_text("1 event")).to_be_visible()


def _list_keys(visit: Visit, access_key: str, secret_key: str) -> list[str]:
    client = boto3.client(
        "s3",
        endpoint_url=visit.record.s3_endpoint,
        region_name=visit.record.region,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
    )
    try:
        page = client.list_objects_v2(Bucket="demo")
    finally:
        client.close()
    return [found["Key"] for found in page["Contents"]]
