"""
Whether every change that was made over HTTP left a row in the audit log.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.routing import compile_path

from app.audit.query import AuditQuery
from dashboard.app import spellings
from dashboard.routes import ROWS

if TYPE_CHECKING:
    from support.dashboard import Dashboard

P = "/api/backends/{bid}/buckets/{bucket}"
# Calls that need no row, because they change nothing, or nothing that another one does not record.
SILENT = {
    # One's own bookmarks.
    ("POST", "/api/me/pins"),
    ("DELETE", "/api/me/pins/{bid}/{bucket}"),
    # The completed upload is recorded.
    ("POST", f"{P}/multipart"),
    ("PUT", f"{P}/multipart/parts/{{part}}"),
    ("DELETE", f"{P}/multipart"),
    # The download is recorded.
    ("POST", f"{P}/objects/zip"),
    # A limit that is not there, a job that is over, a file as it was: nothing changes, nothing is
    # said.
    ("POST", "/api/admin/config/reload"),
    ("DELETE", "/api/admin/quotas/{kind}/{id}"),
    ("DELETE", f"{P}/quota"),
    ("POST", "/api/jobs/{id}/cancel"),
    # They answer a question.
    ("POST", f"{P}/lifecycle/preview"),
    ("POST", "/api/me/s3-credentials/{akid}/test"),
    ("POST", "/api/admin/s3-credentials/{akid}/test"),
    # Nobody was signed in; the download is recorded.
    ("POST", "/auth/logout"),
    ("POST", "/s/{code}/unlock"),
    # A file that is only tried, or changes nothing.
    ("POST", "/api/admin/users/import"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """
    A call that may have changed something, and succeeded.
    """

    method: str
    path: str
    request_id: str


def unrecorded(dashboard: "Dashboard", changes: Iterable[Change]) -> set[tuple[str, str]]:
    """
    Return the routes of changes that the audit log knows nothing of.
    """
    found = dashboard.run(_request_ids(dashboard))
    return {
        route
        for change in changes
        if change.request_id not in found and (route := _route_of(change)) not in SILENT
    }


async def _request_ids(dashboard: "Dashboard") -> set[str]:
    log = dashboard.services.audit
    await log.flush()
    return {event.request_id async for event in log.walk(AuditQuery(limit=1_000_000))}


def _route_of(change: Change) -> tuple[str, str]:
    for row in ROWS:
        for path in spellings(row.path):
            if row.method == change.method and compile_path(path)[0].fullmatch(change.path):
                return row.method, row.path.removesuffix("~")
    return change.method, change.path
