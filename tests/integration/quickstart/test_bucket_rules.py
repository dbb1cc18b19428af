"""
The managed store keeps Amazon's rules for buckets, which its own defaults do not.
"""

import boto3
import pytest
from botocore.exceptions import ClientError

from support.seaweedfs import SeaweedFS


def test_a_bucket_with_objects_stays_and_none_is_made_by_an_upload(seaweedfs: SeaweedFS) -> None:
    client = boto3.client(
        "s3",
        endpoint_url=seaweedfs.endpoint,
        region_name=seaweedfs.region,
        aws_access_key_id=seaweedfs.access_key,
        aws_secret_access_key=seaweedfs.secret_key,
    )
    client.create_bucket(Bucket="rules-of-buckets")
    client.put_object(Bucket="rules-of-buckets", Key="kept", Body=b"1")

    with pytest.raises(ClientError, match="BucketNotEmpty"):
        client.delete_bucket(Bucket="rules-of-buckets")
    with pytest.raises(ClientError, match="NoSuchBucket"):
        client.put_object(Bucket="never-made-before", Key="lost", Body=b"1")

    assert client.get_object(Bucket="rules-of-buckets", Key="kept")["Body"].read() == b"1"
    client.close()
