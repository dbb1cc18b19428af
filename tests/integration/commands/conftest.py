"""
What the tests of commands share: clients for the credential of a quickstart.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import boto3
import pytest

from app.quickstart.record import Record
from support.clients import ClientOf


@pytest.fixture
def client_of() -> Iterator[ClientOf]:
    """
    Make boto3 clients that are closed with the test.
    """
    with ExitStack() as stack:

        def make(record: Record) -> Any:  # boto3 makes its classes at run time
            client = boto3.client(
                "s3",
                endpoint_url=record.s3_endpoint,
                region_name=record.region,
                aws_access_key_id=record.access_key_id,
                aws_secret_access_key=record.secret_access_key,
            )
            stack.callback(client.close)
            return client

        yield make
