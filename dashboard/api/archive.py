"""
Several objects as one ZIP file.
"""

from starlette.responses import Response

from dashboard.call import Call
from dashboard.disposition import render_disposition
from dashboard.streaming import GeneratedResponse


async def download_archive(call: Call) -> Response:
    """
    Stream the objects and folders that are named, packed as they go out.
    """
    keys = call.request.query_params.getlist("key")
    pieces = call.services.objects.archives.open(call.actor, call.place, keys)
    name = f"{call.place.bucket}-{call.services.clock.now():%Y%m%d-%H%M%S}.zip"
    headers = {
        "Content-Disposition": render_disposition("attachment", "application/zip", name),
        "Cache-Control": "private, no-store",
    }
    return GeneratedResponse(pieces, media_type="application/zip", headers=headers)
