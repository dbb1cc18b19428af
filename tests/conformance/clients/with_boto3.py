"""
boto3 as its users have it: nothing is set but endpoint and credential.
"""

import urllib.request

import boto3
from given import (
    BUCKET,
    CA_FILE,
    COPIED,
    ENDPOINT,
    FOLDER,
    NAMES,
    PHASE,
    PREFIX,
    back,
    key_of,
    say_listed,
)

client = boto3.client("s3", endpoint_url=ENDPOINT, verify=CA_FILE or None)
if PHASE == "store":
    assert BUCKET in [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]
    for name in NAMES:
        client.upload_file(str(FOLDER / name), BUCKET, key_of(name))
    client.copy({"Bucket": BUCKET, "Key": key_of(COPIED)}, BUCKET, key_of(f"{COPIED}.copy"))
    for name in [*NAMES, f"{COPIED}.copy"]:
        client.download_file(BUCKET, key_of(name), str(back(name)))
    pages = client.get_paginator("list_objects_v2").paginate(
        Bucket=BUCKET, Prefix=f"{PREFIX}/", PaginationConfig={"PageSize": 2}
    )
    say_listed([entry["Key"] for page in pages for entry in page["Contents"]])
    place = {"Bucket": BUCKET, "Key": key_of(COPIED)}
    link = client.generate_presigned_url("get_object", Params=place)
    with urllib.request.urlopen(link) as answer:
        assert answer.read() == (FOLDER / COPIED).read_bytes()
else:
    keys = [{"Key": key_of(name)} for name in [*NAMES, f"{COPIED}.copy"]]
    result = client.delete_objects(Bucket=BUCKET, Delete={"Objects": keys})
    assert "Errors" not in result, result
