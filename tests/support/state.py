"""
Empty databases of both kinds for the store tests.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from app.database.engine import Database, Place, open_database


@dataclass(frozen=True, slots=True)
class Places:
    """
    Where the product's database and the audit log of one test lie.
    """

    product: Place
    audit: Place


@asynccontextmanager
async def open_product(places: Places) -> AsyncIterator[Database]:
    """
    Open the product's database as one more process would.
    """
    async with open_database(places.product, "product") as database:
        yield database
