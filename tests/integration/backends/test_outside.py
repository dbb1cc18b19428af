"""
What anybody who connects sees of a backend: its clock and the end of its certificate.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from cryptography import x509

from app.backends.outside import Outside, look_at
from app.clock import ManualClock
from support.certificates import make_tls_files

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@asynccontextmanager
async def answering(date: str, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """
    A server that refuses everything and tells the time; yields its port.
    """

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.readline():
            told = f"Date: {date}\r\n" if date else ""
            writer.write(f"HTTP/1.1 403 Forbidden\r\n{told}Content-Length: 0\r\n\r\n".encode())
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_a_clock_that_is_ahead_is_told_to_the_second() -> None:
    ahead = format_datetime(NOON + timedelta(seconds=90), usegmt=True)
    async with answering(ahead) as port:
        seen = await look_at(f"http://127.0.0.1:{port}", ManualClock(NOON))

    assert seen == Outside(90, None)


async def test_who_tells_no_time_and_who_is_not_there_are_not_known() -> None:
    for date in ("", "soon"):
        async with answering(date) as port:
            seen = await look_at(f"http://127.0.0.1:{port}", ManualClock(NOON))
        assert seen == Outside(None, None)

    assert await look_at(f"https://127.0.0.1:{port}", ManualClock(NOON)) == Outside(None, None)


async def test_the_end_of_a_certificate_is_seen_whether_or_not_it_is_trusted(
    tmp_path: Path,
) -> None:
    files = make_tls_files(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.cert_file, files.key_file)
    async with answering(format_datetime(NOON, usegmt=True), context) as port:
        seen = await look_at(f"https://127.0.0.1:{port}", ManualClock(NOON))

    certificate = x509.load_pem_x509_certificate(files.cert_file.read_bytes())
    assert seen == Outside(0, certificate.not_valid_after_utc)
