"""
What the tests of commands share: a quickstart, and a client for its credential.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import boto3
import pytest

from app.quickstart.record import Record
from support.clients import ClientOf
from support.stowage import Stowage, running_quickstart


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


@pytest.fixture(scope="module")
def quickstart(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Stowage, Record, Path]]:
    """
    A quickstart in its first run, shared by the tests of a file that only look at it.
    """
    folder = tmp_path_factory.mktemp("quickstart")
    with running_quickstart(folder) as (stowage, record):
        yield stowage, record, folder
