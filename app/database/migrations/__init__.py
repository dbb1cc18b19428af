"""
The migrations, oldest first; each is run once, in order, forward only.

A file of `product/` or `audit/` holds `revision`, `down_revision` (the one before it) and
`upgrade(op)`. It says in full what it makes and imports nothing of ours, since `tables.py` goes on
changing. A test compares the tables that the migrations make with `tables.py`.
"""

from typing import Literal

Schema = Literal["product", "audit"]

HEADS: dict[Schema, str] = {"product": "product_0001", "audit": "audit_0001"}
"""The newest of each, so that a database can be found current without reading the files."""
VERSION_TABLES: dict[Schema, str] = {
    "product": "schema_version",
    "audit": "audit_schema_version",
}
