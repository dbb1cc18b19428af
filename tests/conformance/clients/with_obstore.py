"""
obstore, on the object_store crate of Rust.
"""

from pathlib import Path

import obstore
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
from obstore.store import S3Store

options = {"root_certificate": Path(CA_FILE).read_bytes()} if CA_FILE else {"allow_http": True}
store = S3Store(
    BUCKET, endpoint=ENDPOINT, virtual_hosted_style_request=False, client_options=options
)
if PHASE == "store":
    for name in NAMES:
        obstore.put(store, key_of(name), FOLDER / name)
    obstore.copy(store, key_of(COPIED), key_of(f"{COPIED}.copy"))
    for name in [*NAMES, f"{COPIED}.copy"]:
        back(name).write_bytes(bytes(obstore.get(store, key_of(name)).bytes()))
    say_listed([entry["path"] for page in obstore.list(store, PREFIX) for entry in page])
else:
    obstore.delete(store, [key_of(name) for name in [*NAMES, f"{COPIED}.copy"]])
