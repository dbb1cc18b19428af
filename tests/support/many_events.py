"""
Very many rows of the audit log, made by the database itself.
"""

from sqlalchemy import text

from app.database.engine import Database

_INSERT = text(
    "INSERT INTO audit_events"
    " (at, action, status, user_id, backend_id, bucket, object_key, request_id, ip, user_agent,"
    " detail)"
    " WITH RECURSIVE numbers(n) AS"
    " (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)"
    " SELECT 1700000000000000 + n * 1000, 'object.upload', 'ok', 'static', 's', 'docs',"
    " 'folder/object', 'request', '10.0.0.1', 'test', '{\"size\": 1}' FROM numbers"
)


async def store_events(audit: Database, count: int) -> None:
    """
    Store so many events, a millisecond apart.
    """
    async with audit.write() as connection:
        await connection.execute(_INSERT, {"count": count})
