"""
A file that a server follows when told so: what is wrong with it, what it would do, taking it over.
"""

from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Browser, Locator, expect

from app.quickstart.record import Record
from support.browser import Visit, open_session, visiting
from support.seaweedfs import SeaweedFS
from support.stowage import run_stowage, running_server

PASSWORD = "harbour-lantern-42"
BUCKET = "declared-in-a-file"


def test_a_file_is_rejected_by_line_and_key_then_seen_and_taken_over(
    browser: Browser, tmp_path: Path, seaweedfs: SeaweedFS
) -> None:
    file = tmp_path / "config.yaml"
    good = _write(file, seaweedfs.endpoint)
    secrets = {
        "STOWAGE_SECRET_KEY": "22" * 32,
        "AK": seaweedfs.access_key,
        "SK": seaweedfs.secret_key,
    }
    create = ("create-admin", "--config", file, "--username", "ada", "--password-stdin")
    run_stowage(*create, stdin=PASSWORD, environment=secrets)
    with running_server(file, environment=secrets) as (_, found):
        record = Record(found["dashboard_url"], "", "", "ada", PASSWORD, "", "", BUCKET)
        with visiting(browser, record, session=open_session(record)) as visit:
            visit.start("/admin/config")
            page = visit.page
            expect(page.get_by_text("The file is in force as it is now")).to_be_visible()

            line = good.count("\n") + 2
            file.write_text(f"{good}auth:\n  notise: hello\n")
            page.get_by_role("button", name="Check now").click()
            expect(page.get_by_text(f"{file}:{line}:3: auth.notise")).to_be_visible()
            expect(page.get_by_text("Did you mean notice?")).to_be_visible()
            expect(page.get_by_role("button", name="Reload now")).to_be_disabled()
            visit.check_accessibility()

            later = "jobs:\n  concurrency: 3\n"
            file.write_text(f"{good}auth:\n  notice: hello\n{later}{_user('robot')}")
            page.get_by_role("button", name="Check now").click()
            expect(_steps(visit)).to_contain_text("users robot")
            settings = page.get_by_role("list", name="Settings", exact=True)
            expect(settings).to_contain_text("auth.notice")
            waiting = page.get_by_text("Waits for a restart: jobs.concurrency")
            expect(waiting).to_be_visible()
            visit.check_accessibility()
            page.get_by_role("button", name="Reload now").click()
            expect(page.get_by_text("The file is in force as it is now")).to_be_visible()
            expect(page.get_by_text("In force since")).to_be_visible()
            expect(waiting.first).to_be_visible()

            # A store that is away: what lies there cannot be compared, and that is said.
            _write(file, "http://127.0.0.1:9", _user("robot"))
            page.get_by_role("button", name="Check now").click()
            expect(_steps(visit)).to_contain_text("backends files")
            page.get_by_role("button", name="Reload now").click()
            expect(_steps(visit).get_by_role("listitem").filter(has_text=BUCKET)).to_contain_text(
                "Not compared"
            )
            visit.open("/admin/config?tab=values")
            page.get_by_label("Filter keys").fill("backends[0].endpoint")
            expect(visit.row("backends[0].endpoint")).to_contain_text("config.yaml:")
            visit.check_accessibility()
            visit.open("/admin/users")
            expect(visit.row("robot")).to_contain_text("config.yaml")


def _steps(visit: Visit) -> Locator:
    return visit.page.get_by_role("list", name="What a reload would change")


def _user(name: str) -> str:
    return yaml.safe_dump({"users": [{"username": name, "kind": "service"}]})


def _write(file: Path, endpoint: str, more: str = "") -> str:
    """
    Declare a store and a bucket in it, and return the file's text.
    """
    declared: dict[str, Any] = {
        "server": {"listen": "127.0.0.1:0"},
        "db": {"sqlite": {"path": str(file.with_name("stowage.db"))}},
        "gitops": {"watch": False},
        "backends": [
            {
                "id": "files",
                "type": "s3v4",
                "endpoint": endpoint,
                "path_style": True,
                "access_key_env": "AK",
                "secret_key_env": "SK",
            }
        ],
        "buckets": [{"backend": "files", "name": BUCKET, "versioning": True}],
    }
    text = yaml.safe_dump(declared, sort_keys=False) + more
    file.write_text(text)
    return text
