"""
The request's story, top to bottom: parse, identify, prove, permit, answer.
"""

from app.errors import registry as errors
from app.errors.raised import StowageError
from app.snapshot.values import Snapshot
from proxy.core.decision import Answer, Audited, Peer, Refuse
from proxy.core.head import parse_head
from proxy.core.request import parse_request


def decide(data: bytes, snapshot: Snapshot, now: float, peer: Peer) -> Answer:
    """
    Turn the bytes of a request head into an answer; pure, and never raises `StowageError`.

    Args:
        data: The whole head, its final empty line included.
        snapshot: All there is to decide with.
        now: Seconds since the epoch.
        peer: The far end of the connection.
    """
    unknown = Audited("Unknown", "signed")
    try:
        head = parse_head(data, snapshot.settings.max_head_bytes)
    except StowageError as error:
        return Refuse(unknown, error, closes=True)
    try:
        request = parse_request(head, snapshot.settings.host_suffixes)
    except StowageError as error:
        return Refuse(unknown, error)
    _ = (now, peer)
    return Refuse(unknown, errors.NOT_SUPPORTED(reason="operation.unknown"), request)
