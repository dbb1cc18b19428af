"""
What is known of one request while it is served, and what its answer will carry besides the body.

The outermost middleware puts it into the ASGI scope; whoever learns something writes it down here.
"""

import time
from dataclasses import dataclass, field

from starlette.types import Scope

from app.errors.raised import StowageError
from dashboard.peers import Peer

_KEY = "stowage.exchange"


@dataclass(slots=True)
class Exchange:
    """
    One request and its answer.
    """

    request_id: str
    peer: Peer
    user_agent: str = ""
    started: float = field(default_factory=time.perf_counter)
    user_id: str = ""
    """Known once the session was looked up."""
    backend_id: str = ""
    """The backend that the route names, if there is one of that id; a label of the metrics."""
    error: StowageError | None = None
    """What the answer says, if it is an error."""
    cookies: list[str] = field(default_factory=list)
    """Values of the `Set-Cookie` headers to send."""


def attach(scope: Scope, exchange: Exchange) -> None:
    """
    Put the exchange where everybody who serves the request finds it.
    """
    scope[_KEY] = exchange


def exchange_of(scope: Scope) -> Exchange:
    """
    Return the exchange of the request.

    Raises:
        KeyError: the middleware is not in place; a fault of ours.
    """
    exchange: Exchange = scope[_KEY]
    return exchange
