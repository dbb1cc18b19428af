"""
SDK clients for the tests of the proxy.
"""

from typing import Any

import boto3
from botocore.config import Config

from support.s3_proxy import REGION


def make_client(
    endpoint: str, access_key: str, secret_key: str, *, config: Config | None = None, **more: Any
) -> Any:
    """
    Return a current boto3 client with default settings but for retries, which hide faults.
    """
    settings = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        region_name=REGION,
        config=settings if config is None else settings.merge(config),
        **more,
    )
