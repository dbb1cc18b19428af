"""
An SDK that signs for the wrong region, where the endpoint minds.
"""

from app.snapshot.values import ProxySettings
from support.fake_upstream import answer_all, running_fake_upstream
from support.s3_clients import make_client
from support.s3_proxy import FULL, SECRET, make_credential, make_route, make_snapshot, running_proxy


def test_boto3_signs_anew_for_the_region_that_it_is_told() -> None:
    with running_fake_upstream(answer_all) as upstream:
        route = make_route(f"http://127.0.0.1:{upstream.port}", region="eu-central-1")
        tenant = make_credential("AKTENANT", {"bucket": FULL})
        settings = ProxySettings(is_region_strict=True)
        with running_proxy(make_snapshot(route, tenant, settings=settings)) as proxy:
            client = make_client(proxy.endpoint, "AKTENANT", SECRET)

            assert client.meta.region_name != "eu-central-1"
            assert client.get_object(Bucket="bucket", Key="key")["Body"].read().startswith(b"GET ")
            assert client.head_object(Bucket="bucket", Key="key")
