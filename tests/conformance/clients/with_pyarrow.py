"""
PyArrow's file system, on the AWS SDK for C++.
"""

from urllib.parse import urlsplit

from given import (
    BUCKET,
    CA_FILE,
    COPIED,
    ENDPOINT,
    FOLDER,
    NAMES,
    PHASE,
    PREFIX,
    REGION,
    back,
    key_of,
    say_listed,
)
from pyarrow.fs import FileSelector, S3FileSystem

address = urlsplit(ENDPOINT)
options = {"tls_ca_file_path": CA_FILE} if CA_FILE else {}
system = S3FileSystem(
    endpoint_override=address.netloc, scheme=address.scheme, region=REGION, **options
)
if PHASE == "store":
    for name in NAMES:
        with system.open_output_stream(f"{BUCKET}/{key_of(name)}") as stream:
            stream.write((FOLDER / name).read_bytes())
    copy = f"{BUCKET}/{key_of(COPIED)}"
    system.copy_file(copy, f"{copy}.copy")
    for name in [*NAMES, f"{COPIED}.copy"]:
        with system.open_input_file(f"{BUCKET}/{key_of(name)}") as stream:
            back(name).write_bytes(stream.read())
    found = system.get_file_info(FileSelector(f"{BUCKET}/{PREFIX}"))
    say_listed([entry.path.removeprefix(f"{BUCKET}/") for entry in found])
else:
    system.delete_dir(f"{BUCKET}/{PREFIX}")
