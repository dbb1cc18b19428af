"""
s3fs, the file system of pandas, Dask and Zarr.
"""

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
from s3fs import S3FileSystem

system = S3FileSystem(endpoint_url=ENDPOINT, client_kwargs={"verify": CA_FILE or None})
if PHASE == "store":
    assert BUCKET in system.ls("")
    for name in NAMES:
        system.put_file(str(FOLDER / name), f"{BUCKET}/{key_of(name)}")
    system.copy(f"{BUCKET}/{key_of(COPIED)}", f"{BUCKET}/{key_of(COPIED)}.copy")
    for name in [*NAMES, f"{COPIED}.copy"]:
        system.get_file(f"{BUCKET}/{key_of(name)}", str(back(name)))
    found = system.find(f"{BUCKET}/{PREFIX}")
    say_listed([path.removeprefix(f"{BUCKET}/") for path in found])
else:
    system.rm(f"{BUCKET}/{PREFIX}", recursive=True)
