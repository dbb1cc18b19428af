"""
The machine's own key for the backends that go by it: looked for, renewed, told to everybody.
"""

from collections.abc import Sequence

from app.backends import repository
from app.backends.chain import CredentialChain
from app.database.changes import ChangeKind, record_change
from app.database.engine import Database


class MachineKey:
    """
    Keeps a chain's key current while a backend goes by it.
    """

    def __init__(self, database: Database, chain: CredentialChain) -> None:
        self._database = database
        self.chain = chain

    async def find(self) -> None:
        """
        Look for the key where a backend goes by it and none was found yet.

        It may take seconds: nothing that must go on waits for it.
        """
        if await self._list_backends():
            await self.chain.find()

    async def renew(self) -> bool:
        """
        Renew the key where a backend goes by it; tell whether it is another one now.

        Every process then hears of it as of any change of those backends.

        Raises:
            StowageError: the database does not answer; the next call tells of the key.
        """
        chained = await self._list_backends()
        if not chained:
            return False
        await self.chain.renew()
        if not self.chain.is_news:
            return False
        async with self._database.write() as connection:
            for backend_id in chained:
                await record_change(connection, ChangeKind.BACKEND, backend_id)
        self.chain.is_news = False
        return True

    async def _list_backends(self) -> Sequence[str]:
        async with self._database.read() as connection:
            rows = await repository.list_backends(connection)
        return [row.id for row in rows if row.uses_chain and row.is_enabled]
