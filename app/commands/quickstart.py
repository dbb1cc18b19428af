"""
`stowage quickstart`: everything at once, on a store of its own, for a first look.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.actor import COMMAND_LINE
from app.commands.outcome import FAILED
from app.config.models import Config
from app.logs import configure_logs
from app.quickstart.banner import render_banner
from app.quickstart.folder import DataFolder, not_writable, open_folder
from app.quickstart.record import Record, read_record, write_record
from app.quickstart.samples import BUCKET
from app.quickstart.settings import BACKEND_ID, declare, make_config
from app.quickstart.store import ManagedStore, load_weed
from app.quickstart.weed import REGION, find_binary

if TYPE_CHECKING:
    from app.commands.server import Addresses
    from app.quickstart.seed import Access
    from app.services import Services

DataDirOption = Annotated[
    Path, typer.Option("--data-dir", help="Where everything is kept; made if missing.")
]
ListenOption = Annotated[str, typer.Option("--listen", help="Address of the dashboard.")]
S3ListenOption = Annotated[str, typer.Option("--s3-listen", help="Address of the S3 endpoint.")]
AdminNameOption = Annotated[
    str, typer.Option("--admin-username", help="Name of the administrator.")
]
AdminPasswordOption = Annotated[
    str | None,
    typer.Option("--admin-password", help="Password of the administrator; random if left out."),
]
ResetOption = Annotated[
    bool, typer.Option("--reset", help="Delete what earlier quickstarts kept in the data folder.")
]


def quickstart(
    data_dir: DataDirOption = Path("data"),
    listen: ListenOption = "127.0.0.1:8080",
    s3_listen: S3ListenOption = "127.0.0.1:8090",
    admin_username: AdminNameOption = "admin",
    admin_password: AdminPasswordOption = None,
    *,
    reset: ResetOption = False,
) -> None:
    """
    Run Stowage on a managed S3 store, with a demo bucket and a credential for it.
    """
    folder = open_folder(data_dir)
    if reset:
        folder.reset()
    store = _launch(folder)
    try:
        config = make_config(folder, store.weed, listen=listen, s3_listen=s3_listen)
        configure_logs(level=config.log.level, log_format=config.log.format)
        is_drained = _run(config, folder, store, admin=(admin_username, admin_password))
    except BaseException:
        store.kill()  # nobody has used it yet, or nobody wants to wait
        raise
    store.stop()
    if not is_drained:
        raise typer.Exit(FAILED)


def _launch(folder: DataFolder) -> ManagedStore:
    """
    Start the store before anything heavy is imported: it needs three seconds.
    """
    binary = find_binary()
    try:
        store = ManagedStore(load_weed(folder.store), binary)
        store.launch()
    except OSError as error:
        raise not_writable(folder.path, error) from error
    return store


def _run(
    config: Config, folder: DataFolder, store: ManagedStore, *, admin: tuple[str, str | None]
) -> bool:
    from app.commands.server import run_server
    from app.quickstart.seed import Access, ensure_access, put_samples

    former = read_record(folder.record)
    made: list[Access] = []

    async def prepare(services: "Services") -> None:
        await services.configuration.start(declare(config))
        made.append(await ensure_access(services, COMMAND_LINE, admin=admin, former=former))

    async def when_ready(services: "Services", addresses: "Addresses") -> None:
        await store.wait_until_ready()
        await services.registry.probe(BACKEND_ID)
        if former is None:
            await put_samples(services, COMMAND_LINE)
        record = _record(made[0], addresses)
        write_record(folder.record, record)
        typer.echo(render_banner(record, shows_password=_is_new_password(record, former)))
        if admin[1] not in (None, record.admin_password):
            typer.echo(f"{admin[0]} existed before; the password was left as it is.", err=True)
        await store.supervise()

    return run_server(config, prepare=prepare, when_ready=when_ready)


def _record(access: "Access", addresses: "Addresses") -> Record:
    return Record(
        dashboard_url=addresses.dashboard_url,
        s3_endpoint=addresses.s3_endpoint,
        region=REGION,
        admin_username=access.username,
        admin_password=access.password,
        access_key_id=access.access_key,
        secret_access_key=access.secret_key,
        bucket=BUCKET,
    )


def _is_new_password(record: Record, former: Record | None) -> bool:
    is_known = record.admin_password != ""
    return is_known and (former is None or former.admin_password != record.admin_password)
