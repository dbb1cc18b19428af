import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

from app.audit.query import AuditQuery
from app.config.load import load_config
from app.credentials.credential import CredentialChange, MadeCredential, NewCredential
from app.errors.raised import StowageError
from app.objects.cors import BucketCorsRule
from app.objects.place import BucketPlace
from app.services import Services, open_services, run_services
from app.snapshot.past_requests import PastRequest
from proxy.supervisor import ProxySupervisor
from support.polling import wait_until_async
from support.s3_clients import make_client
from support.seaweedfs import SeaweedFS
from support.stores import ADMIN, weed_backend

OWN = "tenant-one"
ENVIRONMENT = {"STOWAGE_SECRET_KEY": "00" * 32}


@asynccontextmanager
async def running(
    folder: Path, store: SeaweedFS, **proxy: Any
) -> AsyncIterator[tuple[Services, ProxySupervisor, MadeCredential]]:
    """
    Run the endpoint on a database of its own, with one backend and one credential in it.
    """
    file = folder / "config.yaml"
    settings = {
        "db": {"sqlite": {"path": str(folder / "stowage.db")}},
        "s3_proxy": {"enabled": True, "listen": "127.0.0.1:0", **proxy},
    }
    file.write_text(yaml.safe_dump(settings))
    config = load_config(file, ENVIRONMENT).config
    async with open_services(config, environ=ENVIRONMENT) as services:
        await services.backends.create(ADMIN, weed_backend(store))
        made = await services.credentials.create(
            ADMIN, NewCredential(backend_id="weed", buckets=[OWN])
        )
        async with run_services(services):
            supervisor = ProxySupervisor(services)
            await supervisor.start()
            try:
                yield services, supervisor, made
            finally:
                await supervisor.drain()


def client_of(supervisor: ProxySupervisor, made: MadeCredential) -> Any:
    return make_client(supervisor.address, made.credential.access_key, made.secret_key)


async def in_thread(call: Callable[..., Any], **arguments: Any) -> Any:
    return await asyncio.to_thread(call, **arguments)


async def code_of(call: Callable[..., Any], **arguments: Any) -> str:
    try:
        await in_thread(call, **arguments)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


Shape = dict[str, Any]
SHAPES = [{"workers": 2}, {"in_process": True, "workers": 1}]


@pytest.mark.parametrize("shape", SHAPES, ids=["workers", "in-process"])
async def test_what_the_database_says_holds_on_the_wire(
    tmp_path: Path, seaweedfs: SeaweedFS, direct: Any, key: str, shape: Shape
) -> None:
    assert direct is not None
    async with running(tmp_path, seaweedfs, **shape) as (services, supervisor, made):
        client = client_of(supervisor, made)

        await in_thread(client.put_object, Bucket=OWN, Key=key, Body=b"x" * 1000)
        answer = await in_thread(client.get_object, Bucket=OWN, Key=key)
        assert answer["Body"].read() == b"x" * 1000
        assert await code_of(client.get_object, Bucket="tenant-two", Key=key) == "AccessDenied"

        await wait_until_async(lambda: has_rows(services, 2))
        page = await services.audit.search(AuditQuery(action="s3.proxy."))
        assert [(event.action, event.status) for event in page.events] == [
            ("s3.proxy.getobject", "denied"),
            ("s3.proxy.putobject", "ok"),
        ]
        await wait_until_async(lambda: counts(services, b'operation="PutObject"'))


async def test_signed_requests_go_on_while_the_database_is_locked(
    tmp_path: Path, seaweedfs: SeaweedFS, direct: Any, key: str
) -> None:
    assert direct is not None
    async with running(tmp_path, seaweedfs, workers=1) as (services, supervisor, made):
        client = client_of(supervisor, made)
        files = [tmp_path / "stowage.db", tmp_path / "stowage-audit.db"]
        locks = [sqlite3.connect(file, isolation_level=None) for file in files]
        for lock in locks:
            lock.execute("BEGIN EXCLUSIVE")

        await in_thread(client.put_object, Bucket=OWN, Key=key, Body=b"x")
        answer = await in_thread(client.get_object, Bucket=OWN, Key=key)
        assert answer["Body"].read() == b"x"
        assert await code_of(client.get_object, Bucket="tenant-two", Key=key) == "AccessDenied"

        for lock in locks:
            lock.rollback()
            lock.close()
        await wait_until_async(lambda: has_rows(services, 2))


def has_rows(services: Services, count: int) -> Awaitable[bool]:
    async def look() -> bool:
        page = await services.audit.search(AuditQuery(action="s3.proxy."))
        return len(page.events) == count

    return look()


async def counts(services: Services, label: bytes) -> bool:
    return label in services.metrics.render()[0]


@pytest.mark.parametrize("shape", SHAPES, ids=["workers", "in-process"])
async def test_revoked_credential_is_refused_in_every_form_of_running(
    tmp_path: Path, seaweedfs: SeaweedFS, direct: Any, shape: Shape
) -> None:
    assert direct is not None
    async with running(tmp_path, seaweedfs, **shape) as (services, supervisor, made):
        client = client_of(supervisor, made)
        await in_thread(client.list_objects_v2, Bucket=OWN)

        access_key = made.credential.access_key
        await services.credentials.update(ADMIN, access_key, CredentialChange(is_enabled=False))

        async def is_refused() -> bool:
            return await code_of(client.list_objects_v2, Bucket=OWN) == "InvalidAccessKeyId"

        # That it takes less than a second, `bench.dashboard` measures under load.
        await wait_until_async(is_refused)


async def test_use_of_a_key_is_noted(tmp_path: Path, seaweedfs: SeaweedFS, direct: Any) -> None:
    assert direct is not None
    async with running(tmp_path, seaweedfs, workers=1) as (services, supervisor, made):
        client = client_of(supervisor, made)
        await in_thread(client.list_objects_v2, Bucket=OWN)

        async def is_noted() -> bool:
            await services.credentials.store_used()
            found = await services.credentials.get(ADMIN, made.credential.access_key)
            return found.last_used_at is not None

        await wait_until_async(is_noted)


RULES = {
    "CORSRules": [
        {"AllowedOrigins": ["https://app.example"], "AllowedMethods": ["GET"], "MaxAgeSeconds": 5}
    ]
}


@pytest.mark.parametrize("shape", SHAPES, ids=["workers", "in-process"])
async def test_cors_rules_are_set_and_removed_by_those_who_may_configure(
    tmp_path: Path, seaweedfs: SeaweedFS, direct: Any, shape: Shape
) -> None:
    async with running(tmp_path, seaweedfs, **shape) as (services, supervisor, made):
        new = NewCredential(backend_id="weed", buckets=[OWN], access="full")
        full = client_of(supervisor, await services.credentials.create(ADMIN, new))
        place = BucketPlace("weed", OWN)

        async def rules() -> list[BucketCorsRule]:
            return await services.objects.cors.get_rules(ADMIN, place)

        async def is_known() -> bool:
            return await code_of(full.list_buckets) == ""

        await wait_until_async(is_known)
        put, remove = full.put_bucket_cors, full.delete_bucket_cors
        await in_thread(put, Bucket=OWN, CORSConfiguration=RULES)
        assert await rules() == [BucketCorsRule(["https://app.example"], ["GET"], [], [], 5)]

        async def is_shown() -> bool:
            return await code_of(full.get_bucket_cors, Bucket=OWN) == ""

        await wait_until_async(is_shown)
        assert (await in_thread(full.get_bucket_cors, Bucket=OWN))["CORSRules"] == (
            RULES["CORSRules"]
        )
        assert await code_of(direct.get_bucket_cors, Bucket=OWN) == "NoSuchCORSConfiguration"

        poor = client_of(supervisor, made)
        denied = await code_of(poor.put_bucket_cors, Bucket=OWN, CORSConfiguration=RULES)
        assert denied == "AccessDenied"
        assert await code_of(poor.delete_bucket_cors, Bucket=OWN) == "AccessDenied"
        wrong = {"CORSRules": [{"AllowedOrigins": ["*"], "AllowedMethods": ["PATCH"]}]}
        refused = await code_of(put, Bucket=OWN, CORSConfiguration=wrong)
        assert refused == "InvalidRequest"
        assert len(await rules()) == 1

        await in_thread(remove, Bucket=OWN)
        assert await rules() == []
        await services.audit.flush()
        page = await services.audit.search(AuditQuery(action="bucket.cors"))
        assert [event.status for event in page.events] == ["ok", "error", "ok"]


async def test_request_is_explained_by_its_id(
    tmp_path: Path, seaweedfs: SeaweedFS, direct: Any
) -> None:
    assert direct is not None
    async with running(tmp_path, seaweedfs, workers=1) as (services, supervisor, made):
        client = client_of(supervisor, made)
        wrong = make_client(supervisor.address, made.credential.access_key, "wrong")

        answers: list[str] = []

        async def explained(call: Callable[..., Any], **arguments: Any) -> PastRequest:
            try:
                await in_thread(call, **arguments)
            except ClientError as error:
                request_id = error.response["ResponseMetadata"]["HTTPHeaders"]["x-amz-request-id"]
                answers.append(str(error.response))
            found: list[PastRequest] = []

            async def is_found() -> bool:
                try:
                    found.append(await services.past_requests.explain(ADMIN, request_id))
                except StowageError:
                    return False
                return True

            await wait_until_async(is_found)
            return found[0]

        denied = await explained(client.put_bucket_policy, Bucket=OWN, Policy="{}")
        assert (denied.reason, denied.facts["http_status"]) == ("grant.missing", 403)
        assert denied.now is not None
        assert (denied.now.is_allowed, denied.now.reason) == (False, "grant.missing")
        forged = await explained(wrong.get_object, Bucket=OWN, Key="a")
        assert forged.reason == "signature.mismatch"
        assert forged.facts["difference"] == "check the secret key and the signing method"
        # It is kept for the owner of the key; whoever asks as an administrator does not see it.
        assert forged.event.canonical_request.startswith(f"GET\n/{OWN}/a\n\nhost:127.0.0.1:")
        assert "canonical_request" not in forged.facts
        assert "x-amz-content-sha256" not in str(answers)
        assert forged.now is not None
        assert forged.now.is_allowed
