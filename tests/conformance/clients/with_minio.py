"""
minio-py, the Python client of MinIO.
"""

from urllib.parse import urlsplit

import urllib3
from given import (
    ACCESS_KEY,
    BUCKET,
    CA_FILE,
    COPIED,
    ENDPOINT,
    FOLDER,
    NAMES,
    PHASE,
    PREFIX,
    REGION,
    SECRET_KEY,
    back,
    key_of,
    say_listed,
)
from minio import Minio
from minio.commonconfig import CopySource
from minio.deleteobjects import DeleteObject

client = Minio(
    endpoint=urlsplit(ENDPOINT).netloc,
    access_key=ACCESS_KEY,
    secret_key=SECRET_KEY,
    region=REGION,
    secure=bool(CA_FILE),
    http_client=urllib3.PoolManager(ca_certs=CA_FILE) if CA_FILE else None,
)
if PHASE == "store":
    assert client.bucket_exists(bucket_name=BUCKET)
    for name in NAMES:
        client.fput_object(
            bucket_name=BUCKET, object_name=key_of(name), file_path=str(FOLDER / name)
        )
    source = CopySource(bucket_name=BUCKET, object_name=key_of(COPIED))
    client.copy_object(bucket_name=BUCKET, object_name=key_of(f"{COPIED}.copy"), source=source)
    for name in [*NAMES, f"{COPIED}.copy"]:
        client.fget_object(bucket_name=BUCKET, object_name=key_of(name), file_path=str(back(name)))
    listed = client.list_objects(bucket_name=BUCKET, prefix=f"{PREFIX}/", recursive=True)
    say_listed([entry.object_name for entry in listed])
else:
    gone = [DeleteObject(name=key_of(name)) for name in [*NAMES, f"{COPIED}.copy"]]
    assert not list(client.remove_objects(bucket_name=BUCKET, delete_object_list=gone))
