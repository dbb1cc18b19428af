"""
A document that goes on with its Content-MD5, for backends that know no other integrity header.

Current SDKs send a CRC32 header with these operations, which passes as well; older backends look
for Content-MD5 alone and refuse what comes without (AWS: "Checking object integrity").
"""

import base64
import hashlib

from msgspec.structs import replace

from proxy.client_side import ClientSide
from proxy.core.decision import BodyPlan, Forward
from proxy.relay import Relay

_END = b"\r\n\r\n"


class Digested:
    """
    A task that forwards the document once all of it is there and verified.
    """

    def __init__(self, client: ClientSide, forward: Forward) -> None:
        self._client = client
        self._forward = forward

    def run(self, body: bytes) -> None:
        """
        Send it on, as a body of known length.
        """
        digest = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest())
        head = self._forward.head.removesuffix(_END)
        forward = replace(
            self._forward,
            # Not under the signature: only what is there already had to be signed.
            head=b"%b\r\ncontent-md5: %b%b" % (head, digest, _END),
            body=BodyPlan(len(body), len(body), needs_decoder=False),
            expects_continue=False,
            wants_md5=False,
        )
        self._client.carry(Relay(self._client, forward), body)

    def cancel(self) -> None:
        """
        Nothing runs here: the relay is told by itself.
        """

    def check(self, now: float) -> None:
        """
        Nothing waits here: see `cancel`.
        """
