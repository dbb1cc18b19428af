"""
Limits of users, groups and credentials on the wire: what somebody adds, wherever they write.
"""

import json
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from app.audit.event import Actor
from app.audit.query import AuditQuery
from app.auth.user import NewUser
from app.backends.stored import NewObject
from app.credentials.credential import NewCredential
from app.errors.raised import StowageError
from app.grants.groups import GroupChange
from app.objects.place import BucketPlace
from app.quotas.limits import Limits, QuotaKind, QuotaPlace, QuotaSubject
from app.rbac.levels import Role
from support.endpoint import BACKEND, Endpoint, running_endpoint
from support.polling import wait_until
from support.s3_clients import make_client
from support.seaweedfs import SeaweedFS
from support.state import PASSWORD
from support.stores import ADMIN

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory, seaweedfs: SeaweedFS) -> Iterator[Endpoint]:
    with running_endpoint(tmp_path_factory.mktemp("charged"), seaweedfs) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Writer:
    """
    A user in a group, with a credential and two buckets that have no limit.
    """

    endpoint: Endpoint
    actor: Actor
    client: Any
    key: QuotaSubject
    user: QuotaSubject
    group: QuotaSubject
    bucket: str
    other: str

    def limit(self, subject: QuotaSubject, hard_bytes: int, soft_bytes: int = 0) -> None:
        """
        Set a limit and wait until every worker heeds it.
        """
        services = self.endpoint.services
        limits = Limits(soft_bytes, hard_bytes)
        self.endpoint.run(services.quotas.charged.put(ADMIN, subject, limits))
        fleet = self.endpoint.fleet
        wait_until(lambda: subject in fleet.snapshot.credentials[self.key.id].charged)
        for worker in fleet.workers:
            self.endpoint.run(worker.inspect())

    def put(self, key: str, size: int, bucket: str = "") -> Any:
        return self.client.put_object(Bucket=bucket or self.bucket, Key=key, Body=b"x" * size)

    def put_in_dashboard(self, key: str, size: int) -> None:
        writing = self.endpoint.services.objects.writing
        place = BucketPlace(BACKEND, self.bucket)
        self.endpoint.run(writing.put(self.actor, place, key, b"x" * size, NewObject()))

    def used(self, subject: QuotaSubject) -> tuple[int, int]:
        found = self.endpoint.run(self.endpoint.services.quotas.charged.get(ADMIN, subject)).usage
        assert found is not None
        return found.used_bytes, found.object_count

    def check(self, subject: QuotaSubject, used_bytes: int, objects: int) -> None:
        """
        Usage is that, and nothing is held but what workers were lent.
        """
        wait_until(lambda: self.used(subject) == (used_bytes, objects), what=subject.name)
        quotas = self.endpoint.services.quotas
        account = quotas.ledger.find(subject)
        assert account is not None
        self.endpoint.run(quotas.desk.recall(account))
        assert account.counter.held == 0


@pytest.fixture
def writer(endpoint: Endpoint) -> Writer:
    services, name = endpoint.services, f"w-{secrets.token_hex(6)}"
    user = endpoint.run(services.users.create(ADMIN, NewUser(name, PASSWORD, Role.USER)))
    group = endpoint.run(services.groups.create(ADMIN, GroupChange(name, members=[user.id])))
    buckets = [f"{name}-one", f"{name}-two"]
    for bucket in buckets:
        endpoint.client().create_bucket(Bucket=bucket)
    access = ("list", "read", "write", "delete", "delete-version")
    new = NewCredential(BACKEND, buckets, access=access, user_id=user.id)
    made = endpoint.run(services.credentials.create(ADMIN, new))
    key = made.credential.access_key
    wait_until(lambda: key in endpoint.fleet.snapshot.credentials)
    for worker in endpoint.fleet.workers:
        endpoint.run(worker.inspect())
    principal = endpoint.run(
        services.access.principal_of(user_id=user.id, username=name, role=Role.USER)
    )
    return Writer(
        endpoint,
        Actor(principal),
        make_client(endpoint.supervisor.address, key, made.secret_key),
        QuotaSubject(QuotaKind.CREDENTIAL, key),
        QuotaSubject(QuotaKind.USER, user.id),
        QuotaSubject(QuotaKind.GROUP, group.id),
        *buckets,
    )


def refused_by(put: Any, *arguments: Any, **more: Any) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as caught:
        put(*arguments, **more)
    answer = caught.value.response
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    status = answer["ResponseMetadata"]["HTTPStatusCode"]
    return status, answer["Error"]["Code"], headers["x-error-reason"]


@pytest.mark.parametrize("kind", ["key", "user", "group"])
def test_exactly_full_passes_over_all_buckets_and_deletions_make_room(
    writer: Writer, kind: str
) -> None:
    subject: QuotaSubject = getattr(writer, kind)
    writer.limit(subject, 10)
    writer.put("a", 4)
    writer.put("b", 6, writer.other)

    assert refused_by(writer.put, "c", 1) == (507, "EntityTooLarge", f"quota.{subject.kind}")
    writer.put("a", 4)
    writer.put("b", 1, writer.other)
    assert refused_by(writer.put, "a", 10) == (507, "EntityTooLarge", f"quota.{subject.kind}")
    writer.put("a", 9)
    writer.check(subject, 10, 2)

    writer.client.delete_object(Bucket=writer.other, Key="b")
    writer.put("c", 1)
    keys = {"Objects": [{"Key": key} for key in ("a", "c", "never")]}
    writer.client.delete_objects(Bucket=writer.bucket, Delete=keys)
    writer.check(subject, 0, 0)


def test_a_write_must_fit_the_limits_of_key_user_groups_and_bucket(writer: Writer) -> None:
    quotas = writer.endpoint.services.quotas
    place = QuotaPlace(BACKEND, writer.bucket)
    writer.endpoint.run(quotas.put(ADMIN, place, Limits(0, 40)))
    writer.endpoint.wait_for_limit(place)
    for subject, hard_bytes in ((writer.key, 10), (writer.user, 20), (writer.group, 20)):
        writer.limit(subject, hard_bytes)
    writer.put("a", 10)
    reasons = []

    for subject in (writer.key, writer.user, writer.group):
        reasons.append(refused_by(writer.put, "b", 11)[2])
        writer.limit(subject, 1000)
    reasons.append(refused_by(writer.put, "b", 31)[2])

    assert reasons == ["quota.credential", "quota.user", "quota.group", "quota.bucket"]
    writer.put("b", 30)
    for subject in (writer.key, writer.user, writer.group):
        writer.check(subject, 40, 2)


def test_many_writers_through_two_workers_and_the_dashboard_use_it_up_and_no_more(
    writer: Writer,
) -> None:
    size, writers, each = 1000, 10, 8
    writer.limit(writer.user, size * 40 + 999)
    writer.limit(writer.key, size * 30 + 999)
    stored: list[int] = []

    def write(number: int) -> None:
        for turn in range(each):
            key = f"w{number}/{turn}"
            try:
                if number % 3:
                    writer.put(key, size, (writer.bucket, writer.other)[turn % 2])
                else:
                    writer.put_in_dashboard(key, size)
            except (ClientError, StowageError):
                continue
            stored.append(number % 3)

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, range(writers)))

    assert len(stored) == 40
    by_key = sum(1 for one in stored if one)
    assert by_key <= 30
    writer.check(writer.user, size * 40, 40)
    writer.check(writer.key, size * by_key, by_key)


def test_writers_of_the_same_keys_are_charged_what_is_there_in_the_end(writer: Writer) -> None:
    """
    In a bucket without a limit those who have one take turns at a key all the same.
    """
    writer.limit(writer.user, MIB)

    def write(number: int) -> None:
        for turn in range(6):
            writer.put(f"k{turn % 2}", 100 * number + turn)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))

    listed = writer.client.list_objects_v2(Bucket=writer.bucket)["Contents"]
    # Two that make the same new key at once are both charged: at most so much too much.
    total, most = sum(one["Size"] for one in listed), 2 * 6 * 600
    wait_until(lambda: total <= writer.used(writer.user)[0] <= total + most)


def test_parts_forms_and_copies_are_charged_like_uploads(writer: Writer) -> None:
    writer.limit(writer.user, 12 * MIB)
    place = {"Bucket": writer.bucket, "Key": "big"}
    client = writer.client
    upload = client.create_multipart_upload(**place)["UploadId"]
    part = {**place, "UploadId": upload}
    tag = client.upload_part(**part, PartNumber=1, Body=b"x" * 6 * MIB)["ETag"]
    full = (507, "EntityTooLarge", "quota.user")
    assert refused_by(client.upload_part, **part, PartNumber=2, Body=b"x" * 7 * MIB) == full
    parts = {"Parts": [{"PartNumber": 1, "ETag": tag}]}
    client.complete_multipart_upload(**part, MultipartUpload=parts)
    writer.check(writer.user, 6 * MIB, 1)

    source = {"Bucket": writer.bucket, "Key": "big"}
    client.copy_object(Bucket=writer.other, Key="copy", CopySource=source)
    assert refused_by(client.copy_object, Bucket=writer.other, Key="c2", CopySource=source) == full
    form = client.generate_presigned_post(writer.bucket, "form")
    answer = httpx.post(form["url"], data=form["fields"], files={"file": b"x"})
    assert (answer.status_code, answer.headers["x-error-reason"]) == (507, "quota.user")
    client.delete_object(Bucket=writer.other, Key="copy")
    assert httpx.post(form["url"], data=form["fields"], files={"file": b"x"}).status_code == 204

    writer.check(writer.user, 6 * MIB + 1, 2)


def test_in_a_bucket_that_keeps_versions_nothing_that_stays_is_credited(writer: Writer) -> None:
    setting = {"Status": "Enabled"}
    writer.endpoint.client().put_bucket_versioning(
        Bucket=writer.bucket, VersioningConfiguration=setting
    )
    writer.limit(writer.user, 10)
    oldest = writer.put("a", 4)["VersionId"]
    writer.put("a", 4)
    writer.client.delete_object(Bucket=writer.bucket, Key="a")
    assert refused_by(writer.put, "a", 3)[2] == "quota.user"

    writer.client.delete_object(Bucket=writer.bucket, Key="a", VersionId=oldest)

    writer.put("a", 6)
    wait_until(lambda: writer.used(writer.user)[0] == 10)


def test_the_soft_limit_of_somebody_is_said_in_a_header_and_written_down(writer: Writer) -> None:
    writer.limit(writer.user, 0, soft_bytes=5)

    def header(key: str) -> str | None:
        found = writer.put(key, 4)["ResponseMetadata"]["HTTPHeaders"]
        value: str | None = found.get("x-stowage-quota")
        return value

    assert header("a") is None
    header("b")
    wait_until(lambda: header("c") == "soft-limit-passed")
    services = writer.endpoint.services
    exposed = services.metrics.render()[0].decode()
    assert 'stowage_quota_soft_limit_total{backend="",kind="user"}' in exposed
    assert 'stowage_quota_subjects{kind="user",state="soft"}' in exposed
    assert writer.user.id not in exposed
    writer.endpoint.run(services.audit.flush())
    query = AuditQuery(action="quota.soft_limit")
    rows = writer.endpoint.run(services.audit.search(query)).events
    details = [json.loads(row.detail) for row in rows]
    mine = [one for one in details if one.get("id") == writer.user.id]
    assert [(one["kind"], one["soft_bytes"]) for one in mine] == [("user", 5)]


def test_a_key_that_is_rotated_passes_its_limit_on_and_takes_it_along_when_it_goes(
    writer: Writer,
) -> None:
    services, run = writer.endpoint.services, writer.endpoint.run
    writer.limit(writer.key, 10)
    writer.put("a", 6)
    writer.check(writer.key, 6, 1)
    run(services.quotas.ledger.sync_all())

    made = run(services.credentials.rotate(ADMIN, writer.key.id, overlap_days=1))

    fresh = made.credential.access_key
    successor = replace(writer.key, id=fresh)
    wait_until(lambda: fresh in writer.endpoint.fleet.snapshot.credentials)
    assert writer.endpoint.fleet.snapshot.credentials[fresh].charged == (successor,)
    assert writer.used(successor) == (6, 1)
    run(services.credentials.delete(ADMIN, fresh))
    with pytest.raises(StowageError) as caught:
        run(services.quotas.charged.get(ADMIN, successor))
    assert caught.value.reason == "credential.not_found"


def test_who_has_no_limit_costs_main_nothing(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []
    desk = writer.endpoint.services.quotas.desk
    monkeypatch.setattr(desk, "receive", lambda _worker, message: heard.append(message))

    writer.put("a", 1)
    writer.client.delete_object(Bucket=writer.bucket, Key="a")

    assert heard == []
