"""
A configuration that changes while the server runs: files, links, signals, the API, and load.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from typing import Any

import boto3
import httpx
import pytest
import yaml

from support.following import Installation, Load
from support.polling import wait_until
from support.seaweedfs import SeaweedFS
from support.stowage import PATIENCE_SECONDS, Stowage, run_stowage

eventually = partial(wait_until, deadline=PATIENCE_SECONDS)


class Following(Installation):
    """
    The installation with its server and an administrator's client.
    """

    stowage: Stowage
    client: httpx.Client

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get("/api/admin/config").json()
        return found

    def last(self) -> dict[str, Any]:
        found: dict[str, Any] = self.state()["last_reload"]
        return found

    def plan(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get("/api/admin/config/plan").json()
        return found

    def reload(self, **body: Any) -> httpx.Response:
        return self.client.post("/api/admin/config/reload", json=body)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, seaweedfs: SeaweedFS) -> Iterator[Following]:
    made = Following(tmp_path_factory.mktemp("followed"), seaweedfs)
    with closing(upstream_of(seaweedfs)) as upstream:
        upstream.create_bucket(Bucket=made.bucket)
    made.write()
    made.make_admin()
    with made.running() as stowage, closing(made.sign_in()) as client:
        made.stowage, made.client = stowage, client
        yield made


def upstream_of(weed: SeaweedFS) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=weed.endpoint,
        region_name=weed.region,
        aws_access_key_id=weed.access_key,
        aws_secret_access_key=weed.secret_key,
    )


@pytest.fixture
def installation(server: Following) -> Following:
    """
    The one server, with the file as it was at the start in force.
    """
    server.write()
    assert server.reload().status_code == 200
    eventually(lambda: not server.second_key_works(), what="the key of another test is gone")
    return server


@pytest.fixture
def unwatched(installation: Following) -> Following:
    """
    The same with a file that nobody watches.
    """
    installation.write(gitops={"watch": False})
    assert installation.reload().status_code == 200
    return installation


def test_a_change_reaches_a_proxy_under_load_and_no_request_fails(
    installation: Following,
) -> None:
    """
    How soon is measured by `python -m bench.reload`.
    """
    first, second = installation.first, installation.second
    with Load(installation) as load:
        load.go_on()

        installation.write(credentials=[first, second])
        eventually(installation.second_key_works, what="the new key works")
        load.go_on()
        installation.write(credentials=[first])
        eventually(lambda: not installation.second_key_works(), what="the key is gone")
        load.go_on()
        installation.write(s3_proxy={**installation.declared["s3_proxy"], "per_key_rps": 10_000})
        eventually(
            lambda: installation.last()["settings"] == ["s3_proxy.per_key_rps"],
            what="a setting of the endpoint is in force",
        )
        load.go_on()

    assert load.failures == []


def test_a_bad_file_changes_nothing_and_says_why(installation: Following) -> None:
    good = installation.text()
    installation.file.write_text(good + "auth:\n  notise: hello\n")
    line = good.count("\n") + 2

    eventually(lambda: installation.last()["outcome"] == "rejected", what="the file is refused")
    (problem,) = installation.last()["problems"]
    assert (problem["key"], problem["line"], problem["column"]) == ("auth.notise", line, 3)
    assert problem["suggestion"] == "notice"
    installation.s3().list_objects_v2(Bucket=installation.bucket)
    ready = installation.client.get("/readyz")
    assert ready.status_code == 200
    notes = {check["name"]: check["detail"] for check in ready.json()["checks"]}
    assert notes["configuration"] == "the last change of the file was rejected"
    refused = installation.reload()
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")
    assert refused.json()["error"]["errors"][0]["pointer"] == f"{installation.file}:{line}:3"

    installation.file.write_text(good + "auth:\n  notice: hello\n")
    eventually(lambda: installation.last()["outcome"] == "applied", what="it is taken over")
    assert installation.client.get("/api/auth/config").json()["notice"] == "hello"
    assert installation.last()["settings"] == ["auth.notice"]
    assert "auth.notise" in installation.stowage.text
    query = {"action": "config.reject"}
    eventually(
        lambda: installation.client.get("/api/admin/audit", params=query).json()["events"],
        what="the rejection is audited",
    )


def test_what_a_restart_changes_is_named_and_left_alone(unwatched: Following) -> None:
    unwatched.write(
        gitops={"watch": False}, server={"listen": "127.0.0.1:1"}, log={"level": "warn"}
    )

    plan = unwatched.plan()
    assert plan["needs_restart"] == ["server.listen"]
    assert [one["path"] for one in plan["settings"]] == ["log.level"]
    answer = unwatched.reload().json()

    assert answer["needs_restart"] == ["server.listen"]
    values = {one["path"]: one for one in unwatched.state()["values"]}
    assert values["server.listen"]["value"] == "127.0.0.1:0"
    assert (values["log.level"]["value"], values["log.level"]["source"]) == ("warn", "file")
    assert values["log.level"]["source_line"] > 0


def test_a_plan_that_is_no_longer_what_was_seen_is_refused(unwatched: Following) -> None:
    quiet = {"watch": False}
    unwatched.write(gitops=quiet, auth={"notice": "one"})
    seen = unwatched.plan()
    assert [one["path"] for one in seen["settings"]] == ["auth.notice"]
    unwatched.write(gitops=quiet, auth={"notice": "two"})

    refused = unwatched.reload(hash=seen["hash"])
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")
    done = unwatched.reload(hash=unwatched.plan()["hash"])
    assert done.json()["outcome"] == "applied"

    exported = yaml.safe_load(unwatched.client.get("/api/admin/config/export").text)
    assert exported["auth"] == {"notice": "two"}
    assert exported["credentials"][0]["secret_env"] == "FIRST"
    assert "properties" in unwatched.client.get("/api/admin/config/schema").json()


def test_drift_is_shown_to_people_programs_and_monitoring(
    unwatched: Following, seaweedfs: SeaweedFS
) -> None:
    bucket = {"backend": "files", "name": unwatched.bucket, "versioning": True}
    # A late look at the file would mend what is to be shown.
    unwatched.write(buckets=[bucket], gitops={"watch": False})
    assert unwatched.reload().json()["outcome"] in ("applied", "unchanged")
    assert unwatched.plan()["drift"] == []
    with closing(upstream_of(seaweedfs)) as upstream:
        upstream.put_bucket_versioning(
            Bucket=unwatched.bucket, VersioningConfiguration={"Status": "Suspended"}
        )

    (step,) = unwatched.plan()["drift"]

    assert (step["kind"], step["fields"]) == ("buckets", ["versioning"])
    assert unwatched.state()["drift"] == 1
    assert 'stowage_config_drift{kind="buckets"} 1.0' in unwatched.client.get("/metrics").text
    diff = ("config", "diff", "--config", unwatched.file)
    done = run_stowage(*diff, environment=unwatched.environment)
    assert (done.returncode, "versioning: false -> true" in done.stdout) == (2, True), done.stderr
    assert unwatched.reload().json()["applied"] == 1
    assert unwatched.plan()["drift"] == []


def test_without_watching_a_signal_takes_the_file_over(unwatched: Following) -> None:
    both = [unwatched.first, unwatched.second]
    unwatched.write(gitops={"watch": False}, credentials=both)
    assert not unwatched.second_key_works()

    os.kill(unwatched.pid, signal.SIGHUP)

    eventually(unwatched.second_key_works, what="the new key works")
    assert unwatched.stowage.process.poll() is None


def test_a_volume_of_kubernetes_is_followed_through_its_links(installation: Following) -> None:
    """
    A ConfigMap is a folder with `..data -> ..2026_1`, which the kubelet points elsewhere at once.
    """
    volume = installation.file.parent
    for number, credentials in (
        (1, [installation.first]),
        (2, [installation.first, installation.second]),
    ):
        (volume / f"..2026_{number}").mkdir()
        text = installation.text(credentials=credentials)
        (volume / f"..2026_{number}" / "config.yaml").write_text(text)
    (volume / "..data").symlink_to("..2026_1")
    installation.file.unlink()
    installation.file.symlink_to("..data/config.yaml")
    assert installation.reload().status_code == 200
    assert not installation.second_key_works()

    (volume / "..new").symlink_to("..2026_2")
    (volume / "..new").rename(volume / "..data")

    eventually(installation.second_key_works, what="the new key works")
