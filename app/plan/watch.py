"""
Following a configuration: its files when they change, a request, reality on a schedule.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import structlog
from watchfiles import awatch

from app.config.load import ConfigSource, LoadedConfig
from app.config.rules import walk_secrets
from app.errors.raised import StowageError
from app.plan.configuration import ConfigurationService
from app.plan.plan import Plan

LOOK_SECONDS = 1.0
"""How often files are looked at that no notice of the system tells of, as behind a link."""
SETTLE_SECONDS = 0.2
"""How long files must stay as they are: an editor empties a file before it writes it."""

Trace = tuple[str, int, int, int]
_log = structlog.get_logger(__name__)


class ConfigurationFollower:
    """
    Takes over the file by itself, until cancelled.
    """

    def __init__(self, service: ConfigurationService) -> None:
        self._service = service
        self._asked = asyncio.Event()
        self._noticed = asyncio.Event()
        self._seen: Sequence[Trace] = ()

    def ask(self) -> None:
        """
        Read the files again even if they look as before, because somebody said so.
        """
        self._asked.set()

    async def run(self) -> None:
        """
        Follow the files and compare reality, until cancelled.
        """
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_when(self._asked, self._reload), name="configuration: asked")
            notice = self._service.notice
            tasks.create_task(_when(self._noticed, notice), name="configuration: noticed")
            tasks.create_task(self._compare_in_turns(), name="configuration: drift")
            if self._service.source is not None and self._service.source.path is not None:
                tasks.create_task(self._watch(self._service.source), name="configuration: files")

    async def _reload(self) -> None:
        await self._service.reload()

    async def _compare_in_turns(self) -> None:
        while True:
            await self._wait_for_turn()
            await _outlive(self._compare)

    async def _wait_for_turn(self) -> None:
        """
        Wait for as long as the configuration says now, however long it said before.
        """
        waited = 0.0
        while (left := self._service.loaded.config.gitops.drift_interval - waited) > 0:
            await asyncio.sleep(min(left, LOOK_SECONDS))
            waited += LOOK_SECONDS

    async def _compare(self) -> None:
        if self._service.is_unfinished:
            await self._service.finish()
        drift = await self._service.check_drift()
        _say(drift.plan)

    async def _watch(self, source: ConfigSource) -> None:
        self._seen = _traces(source, self._service.loaded)
        self._noticed.set()  # what changed while the process started
        while True:
            # A folder may vanish between two looks, and come back with the next deployment.
            await _outlive(lambda: self._look(source))
            await asyncio.sleep(SETTLE_SECONDS)

    async def _look(self, source: ConfigSource) -> None:
        """
        Watch until other folders are to be watched.
        """
        folders = _folders(source, self._service.loaded)
        async for _ in _notices(folders):
            now = _traces(source, self._service.loaded)
            if now != self._seen and self._service.loaded.config.gitops.watch:
                self._seen = await self._settle(source, now)
                self._noticed.set()
            if folders != _folders(source, self._service.loaded):
                return

    async def _settle(self, source: ConfigSource, now: Sequence[Trace]) -> Sequence[Trace]:
        while True:
            await asyncio.sleep(SETTLE_SECONDS)
            later = _traces(source, self._service.loaded)
            if later == now:
                return now
            now = later


@asynccontextmanager
async def following(service: ConfigurationService) -> AsyncIterator[ConfigurationFollower]:
    """
    Follow the configuration until the end of the block.
    """
    follower = ConfigurationFollower(service)
    task = asyncio.create_task(follower.run(), name="configuration")
    try:
        yield follower
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _notices(folders: Iterable[Path]) -> AsyncIterator[None]:
    """
    Yield when something happens in one of the folders, and every second in any case.
    """
    if not folders:
        await asyncio.sleep(LOOK_SECONDS)
        yield
        return
    # Only the folders themselves: what lies deeper is no file of ours unless it is named.
    changes = awatch(
        *folders, recursive=False, yield_on_timeout=True, rust_timeout=int(LOOK_SECONDS * 1000)
    )
    async for _ in changes:
        yield


def _folders(source: ConfigSource, loaded: LoadedConfig) -> set[Path]:
    folders = {path if path.is_dir() else path.absolute().parent for path in _files(source, loaded)}
    return {folder for folder in folders if folder.is_dir()}


def _files(source: ConfigSource, loaded: LoadedConfig) -> Iterator[Path]:
    """
    Yield everything that a change of may change the configuration, secrets included.
    """
    if source.path is not None:
        yield source.path
    yield from loaded.files
    for _, _, secret in walk_secrets(loaded.config):
        if secret.file:
            yield Path(secret.file)


def _traces(source: ConfigSource, loaded: LoadedConfig) -> Sequence[Trace]:
    """
    Return what differs when a file is written, replaced, or reached through another link.
    """
    found: list[Trace] = []
    for path in sorted({one.absolute() for one in _files(source, loaded)}):
        entries = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
        for entry in entries:
            with suppress(OSError):
                stat = entry.stat()
                found.append((str(entry), stat.st_ino, stat.st_size, stat.st_mtime_ns))
    return found


async def _when(event: asyncio.Event, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        await event.wait()
        event.clear()
        await _outlive(work)


async def _outlive(work: Callable[[], Awaitable[None]]) -> None:
    """
    Do a piece of work whose failure ends nothing but itself.
    """
    try:
        await work()
    except StowageError as error:
        _log.warning("the configuration was not compared", error=str(error))
    except Exception:  # noqa: BLE001  a background loop outlives every fault of one round
        _log.exception("following the configuration failed")


def _say(plan: Plan) -> None:
    for step in plan.changes:
        _log.warning("not as declared", kind=step.kind, id=step.id, fields=list(step.fields))
