"""
The page of audit actions.
"""

from app.audit.actions import S3_PREFIX, AuditAction
from app.commands.reference.markdown import GENERATED, table


def audit_page() -> str:
    """
    Render every action that an audit row can name.
    """
    rows = table(("action",), ((f"`{action}`",) for action in sorted(AuditAction)))
    return (
        f"# Audit actions\n\n{GENERATED}\n"
        "One row per event: time, user, action, backend, bucket, key, request id, address, user "
        "agent, status (`ok`, `denied`, `error`) and a JSON detail. Rows are only ever added.\n\n"
        f"A request on the S3 port is `{S3_PREFIX}` and the operation in lower case, for example "
        f"`{S3_PREFIX}putobject`. Every change and every refusal leaves a row; refusals without a "
        "valid signature are merged per address, reason and second; of successful reads the share "
        "that `audit.sampling.proxy_success_read_rate` names.\n\n"
        f"{rows}"
    )
