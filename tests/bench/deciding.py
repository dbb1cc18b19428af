"""
`PYTHONPATH=tests python -m bench.deciding`: what deciding one request costs, in microseconds.

No socket is involved: the bytes of a head go in, a signed upstream head comes out.
"""

import sys
import time
from collections.abc import Callable

from proxy.core.authenticate import authenticate, find_auth_mode
from proxy.core.decide import decide
from proxy.core.head import parse_head
from proxy.core.operation_table import TABLE
from proxy.core.operations import verify_request
from proxy.core.request import parse_request
from proxy.core.trail import Trail
from support.decisions import PEER, credential, forwarded, refused, snapshot
from support.signing import NOW, Client

ROUNDS = 7
CALLS = 5000

WORLD = snapshot(credential("readwrite"))
CLIENT = Client(
    unsigned={
        "user-agent": "aws-sdk-go-v2/1.30 os/linux lang/go",
        "accept-encoding": "identity",
        "amz-sdk-invocation-id": "b0b1f3c2-6a2b-4f3e-9d0a-1c2d3e4f5a6b",
        "amz-sdk-request": "attempt=1; max=3",
    }
)
SIGNED_GET = CLIENT.head("GET", "/photos/objects/1k-000042", {"x-amz-checksum-mode": "ENABLED"})
HEADS = {
    "signed GET": SIGNED_GET,
    "presigned GET": CLIENT.presigned("GET", "/photos/objects/1k-000042"),
    "signed PUT": CLIENT.head("PUT", "/photos/objects/1k-000042", {"content-length": "1024"}),
    "list": CLIENT.head("GET", "/photos?list-type=2&prefix=objects%2F&max-keys=100"),
    "wrong signature": Client(secret_key="wrong").head("GET", "/photos/objects/1k-000042"),
}


def cost(call: Callable[[], object]) -> float:
    """
    Return the least mean of several rounds: the neighbours' noise only ever adds.
    """
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(CALLS):
            call()
        best = min(best, time.process_time() - started)
    return best / CALLS * 1e6


def main() -> None:
    """
    Print a line per kind of request, then where a signed GET spends its time.
    """
    out = sys.stdout
    # Measured is only what does what it should.
    forwarded(SIGNED_GET, WORLD)
    refused(HEADS["wrong signature"], WORLD)
    for name, data in HEADS.items():
        spent = cost(lambda data=data: decide(data, WORLD, NOW, PEER))  # type: ignore[misc]
        out.write(f"{name:20} {spent:6.1f} us\n")
    head = parse_head(SIGNED_GET)
    request = parse_request(head, WORLD.settings.host_suffixes)
    operation = TABLE.identify(request)
    trail = Trail(auth_mode=find_auth_mode(request))
    steps: dict[str, Callable[[], object]] = {
        "parse_head": lambda: parse_head(SIGNED_GET),
        "parse_request": lambda: parse_request(head, WORLD.settings.host_suffixes),
        "identify": lambda: TABLE.identify(request),
        "verify_request": lambda: verify_request(operation, request),
        "authenticate": lambda: authenticate(request, operation, WORLD, NOW, trail),
    }
    for name, step in steps.items():
        out.write(f"  {name:18} {cost(step):6.1f} us\n")


if __name__ == "__main__":
    main()
