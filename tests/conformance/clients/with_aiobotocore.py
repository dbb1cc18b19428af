"""
aiobotocore: botocore on aiohttp.
"""

import asyncio

from aiobotocore.session import get_session
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


async def store(client: object) -> None:
    for name in NAMES:
        body = (FOLDER / name).read_bytes()
        await client.put_object(Bucket=BUCKET, Key=key_of(name), Body=body)
    source = {"Bucket": BUCKET, "Key": key_of(COPIED)}
    await client.copy_object(Bucket=BUCKET, Key=key_of(f"{COPIED}.copy"), CopySource=source)
    for name in [*NAMES, f"{COPIED}.copy"]:
        answer = await client.get_object(Bucket=BUCKET, Key=key_of(name))
        async with answer["Body"] as stream:
            back(name).write_bytes(await stream.read())
    page = await client.list_objects_v2(Bucket=BUCKET, Prefix=f"{PREFIX}/")
    say_listed([entry["Key"] for entry in page["Contents"]])


async def clear(client: object) -> None:
    keys = [{"Key": key_of(name)} for name in [*NAMES, f"{COPIED}.copy"]]
    await client.delete_objects(Bucket=BUCKET, Delete={"Objects": keys})


async def main() -> None:
    session = get_session()
    async with session.create_client("s3", endpoint_url=ENDPOINT, verify=CA_FILE or None) as client:
        await (store(client) if PHASE == "store" else clear(client))


asyncio.run(main())
