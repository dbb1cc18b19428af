"""
Several objects as one ZIP file.
"""

from pydantic import Field
from starlette.responses import Response

from app.objects import archive
from app.objects.tickets import MAX_KEYS
from dashboard.call import Call
from dashboard.disposition import render_disposition
from dashboard.schemas import Body, Schema, Timestamp
from dashboard.streaming import GeneratedResponse


class ZipCreate(Body):
    """
    Keys to pack; one with a slash at its end stands for everything below it.
    """

    keys: list[str] = Field(default_factory=list)
    ticket: str = ""
    """Of an earlier call: the keys are added to its own."""


class ZipTicketSchema(Schema):
    """
    What the download takes as `ticket`: once, before it expires.
    """

    ticket: str
    expires_at: Timestamp


async def create_ticket(call: Call) -> ZipTicketSchema:
    """
    Keep a list of keys that no address could carry, for a download that follows at once.
    """
    body = await call.body(ZipCreate)
    tickets = call.services.objects.zip_tickets
    if body.ticket:
        made = await tickets.extend(call.actor, call.place, body.keys, body.ticket)
    else:
        made = await tickets.create(call.actor, call.place, body.keys)
    return ZipTicketSchema(ticket=made.ticket, expires_at=made.expires_at)


async def download_archive(call: Call) -> Response:
    """
    Stream the objects and folders that are named, packed as they go out.
    """
    keys = call.request.query_params.getlist("key")
    limit = archive.MAX_KEYS
    if ticket := call.query("ticket"):
        keys = list(await call.services.objects.zip_tickets.redeem(call.actor, call.place, ticket))
        limit = MAX_KEYS
    pieces = call.services.objects.archives.open(call.actor, call.place, keys, limit=limit)
    name = f"{call.place.bucket}-{call.services.clock.now():%Y%m%d-%H%M%S}.zip"
    headers = {
        "Content-Disposition": render_disposition("attachment", "application/zip", name),
        "Cache-Control": "private, no-store",
    }
    return GeneratedResponse(pieces, media_type="application/zip", headers=headers)
