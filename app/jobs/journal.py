"""
The multipart uploads that a job has open, in its row: what one process began, another finds again.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from app.objects.copy_order import CopyEnd, OpenCopy


class JobJournal:
    """
    The journal of one run, by the key of the target.
    """

    keeps = True

    def __init__(
        self, uploads: dict[str, dict[str, Any]], secure: Callable[[], Awaitable[None]]
    ) -> None:
        self._uploads = uploads
        self._secure = secure

    async def find(self, target: CopyEnd) -> OpenCopy | None:
        """
        Return the upload that an earlier attempt began, if there is one.
        """
        stored = self._uploads.get(target.key)
        return None if stored is None else open_copy_of(stored)

    async def note(self, target: CopyEnd, upload: OpenCopy | None) -> None:
        """
        Write down what is open now.

        Raises:
            LeaseLostError: the job is somebody else's.
        """
        if upload is None:
            # Forgotten with the next save: finding an upload that is gone does no harm.
            self._uploads.pop(target.key, None)
            return
        self._uploads[target.key] = {
            "etag": upload.etag,
            "begun_at": upload.begun_at.isoformat(),
            "upload_id": upload.upload_id,
        }
        await self._secure()


def open_copy_of(stored: dict[str, str]) -> OpenCopy:
    """
    Return an upload as it was written down.
    """
    return OpenCopy(stored["etag"], datetime.fromisoformat(stored["begun_at"]), stored["upload_id"])
