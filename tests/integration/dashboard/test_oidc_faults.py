"""
What a provider that lies, breaks or is impersonated cannot do. A certified one never does this, so
here a provider of our own says whatever the test wants.
"""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from app.auth.oidc.provider import Provider
from app.clock import SystemClock
from app.config.identity import OidcConfig
from support.dashboard import Dashboard, running_dashboard
from support.dashboard_people import CONFIG

CLIENT_ID = "stowage"
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
STRANGE_KEY = RSAKey.generate_key(2048, {"kid": "one"})
UNKNOWN_KEY = RSAKey.generate_key(2048, {"kid": "two"})


@dataclass(slots=True)
class Liar:
    """
    A provider that answers what it is told to.
    """

    url: str = ""
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    """Status and body by path."""

    def say(self, path: str, answer: object, status: int = 200) -> None:
        self.answers[path] = (status, json.dumps(answer).encode())

    def behave(self) -> None:
        """
        Answer as a provider should.
        """
        self.say("/.well-known/openid-configuration", self.metadata())
        self.say("/jwks", {"keys": [KEY.as_dict(private=False)]})
        self.say("/userinfo", {"sub": "ann", "preferred_username": "ann"})

    def metadata(self, **changes: object) -> dict[str, object]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "userinfo_endpoint": f"{self.url}/userinfo",
        } | changes

    def claims(self, **changes: object) -> dict[str, Any]:
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT_ID, "sub": "ann", "iat": now, "exp": now + 60}
        return {name: value for name, value in (claims | changes).items() if value is not None}


class Handler(BaseHTTPRequestHandler):
    liar: Liar

    def do_GET(self) -> None:
        status, body = self.liar.answers.get(self.path, (404, b"{}"))
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Location", "http://127.0.0.1:9/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815  the name that the library calls

    def log_message(self, *_: object) -> None:
        """
        Say nothing.
        """


@pytest.fixture(scope="module")
def liar() -> Iterator[Liar]:
    found = Liar()
    handler = type("Bound", (Handler,), {"liar": found})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        found.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def believer(tmp_path_factory: pytest.TempPathFactory, liar: Liar) -> Iterator[Dashboard]:
    """
    A dashboard that trusts the liar.
    """
    liar.behave()
    with running_dashboard(tmp_path_factory.mktemp("liar"), config_of(liar), {}) as dashboard:
        yield dashboard


def config_of(liar: Liar) -> dict[str, Any]:
    oidc = {"issuer": liar.url, "client_id": CLIENT_ID, "default_role": "readonly"}
    return {**CONFIG, "auth": {"modes": ["oidc"], "oidc": oidc}}


def come_in(dashboard: Dashboard, liar: Liar, make: Callable[[str], str]) -> httpx.Response:
    """
    Sign in with the ID token that is made for this sign-in's nonce.
    """
    with dashboard.client() as client:
        began = client.get("/auth/login/oidc")
        assert began.status_code == 302, began.text
        query = parse_qs(urlsplit(began.headers["location"]).query)
        liar.say("/token", {"id_token": make(query["nonce"][0]), "access_token": "t"})
        return client.get("/auth/callback", params={"state": query["state"][0], "code": "c"})


def reason_of(answer: httpx.Response) -> str:
    error = answer.json()["error"]
    assert error["code"] == "oidc_failed"
    reason: str = error["reason"]
    return reason


def sign(claims: dict[str, Any], key: RSAKey = KEY, **header: str) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one", **header}, claims, key, algorithms=["RS256"])


def test_a_token_as_it_should_be_opens_a_session(believer: Dashboard, liar: Liar) -> None:
    liar.behave()

    answer = come_in(believer, liar, lambda nonce: sign(liar.claims(nonce=nonce)))

    assert (answer.status_code, answer.headers["location"]) == (302, "/")


FORGED: dict[str, Callable[[Liar, str], str]] = {
    "garbage": lambda _liar, _nonce: "a.b.c",
    "not signed at all": lambda liar, nonce: unsigned(liar.claims(nonce=nonce)),
    "signed with the client's secret": lambda liar, nonce: jwt.encode(
        {"alg": "HS256"}, liar.claims(nonce=nonce), OctKey.import_key("x" * 32)
    ),
    "signed with a stranger's key of the same name": lambda liar, nonce: sign(
        liar.claims(nonce=nonce), STRANGE_KEY
    ),
    "signed with an unknown key": lambda liar, nonce: sign(
        liar.claims(nonce=nonce), UNKNOWN_KEY, kid="two"
    ),
    "for another client": lambda liar, nonce: sign(liar.claims(nonce=nonce, aud="other")),
    "for several without naming one": lambda liar, nonce: sign(
        liar.claims(nonce=nonce, aud=[CLIENT_ID, "other"])
    ),
    "issued to another party": lambda liar, nonce: sign(liar.claims(nonce=nonce, azp="other")),
    "of another issuer": lambda liar, nonce: sign(
        liar.claims(nonce=nonce, iss="https://evil.example")
    ),
    "expired": lambda liar, nonce: sign(liar.claims(nonce=nonce, exp=int(time.time()) - 61)),
    "without an end": lambda liar, nonce: sign(liar.claims(nonce=nonce, exp=None)),
    "without a subject": lambda liar, nonce: sign(liar.claims(nonce=nonce, sub=None)),
    "with a subject that is no text": lambda liar, nonce: sign(liar.claims(nonce=nonce, sub=7)),
    "with a subject that is too long": lambda liar, nonce: sign(
        liar.claims(nonce=nonce, sub="s" * 256)
    ),
    "for another access token": lambda liar, nonce: sign(
        liar.claims(nonce=nonce, at_hash="x" * 22)
    ),
}


@pytest.mark.parametrize("make", FORGED.values(), ids=FORGED)
def test_a_forged_token_opens_nothing(
    believer: Dashboard, liar: Liar, make: Callable[[Liar, str], str]
) -> None:
    liar.behave()

    answer = come_in(believer, liar, lambda nonce: make(liar, nonce))

    assert reason_of(answer) == "oidc.token_invalid"
    assert "stowage_session" not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize("nonce", ["x" * 43, None])
def test_a_token_of_another_sign_in_opens_nothing(
    believer: Dashboard, liar: Liar, nonce: str | None
) -> None:
    liar.behave()

    answer = come_in(believer, liar, lambda _: sign(liar.claims(nonce=nonce)))

    assert reason_of(answer) == "oidc.nonce_mismatch"


@pytest.mark.parametrize(
    ("status", "answer"), [(200, {"sub": "bob"}), (500, {}), (200, []), (302, {"sub": "ann"})]
)
def test_claims_about_somebody_else_are_not_used(
    believer: Dashboard, liar: Liar, status: int, answer: object
) -> None:
    liar.behave()
    liar.say("/userinfo", answer, status)

    refused = come_in(believer, liar, lambda nonce: sign(liar.claims(nonce=nonce)))

    assert reason_of(refused) == "oidc.userinfo_failed"


@pytest.mark.parametrize(
    ("status", "answer", "reason"),
    [
        (400, {"error": "invalid_grant"}, "oidc.token_exchange_failed"),
        (401, {"error": "invalid_client"}, "oidc.misconfigured"),
        (200, {"access_token": "t"}, "oidc.token_exchange_failed"),
        (200, {"id_token": 7, "access_token": "t"}, "oidc.token_exchange_failed"),
        (200, "x" * 1_100_000, "oidc.token_exchange_failed"),
    ],
)
def test_an_exchange_that_fails_opens_nothing(
    believer: Dashboard, liar: Liar, status: int, answer: object, reason: str
) -> None:
    liar.behave()
    with believer.client() as client:
        began = client.get("/auth/login/oidc")
        state = parse_qs(urlsplit(began.headers["location"]).query)["state"][0]
        liar.say("/token", answer, status)
        refused = client.get("/auth/callback", params={"state": state, "code": "c"})

    assert reason_of(refused) == reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"issuer": "https://other.example"}, "oidc.misconfigured"),
        ({"issuer": None}, "oidc.misconfigured"),
        ({"token_endpoint": "file:///etc/passwd"}, "oidc.misconfigured"),
        ({"jwks_uri": ""}, "oidc.misconfigured"),
        (None, "oidc.discovery_failed"),
    ],
)
def test_a_provider_that_describes_itself_wrongly_is_our_fault_to_mend(
    folder: Path, liar: Liar, changes: dict[str, object] | None, reason: str
) -> None:
    path = "/.well-known/openid-configuration"
    if changes is None:
        liar.say(path, "nothing")
    else:
        liar.say(path, liar.metadata(**changes))

    with running_dashboard(folder, config_of(liar), {}) as dashboard, dashboard.client() as client:
        refused = client.get("/auth/login/oidc")
        liar.behave()
        mended = client.get("/auth/login/oidc")

    assert (refused.status_code, reason_of(refused)) == (500, reason)
    # It is asked anew; no restart is needed.
    assert mended.status_code == 302


async def test_a_queue_before_a_dead_provider_fails_as_one() -> None:
    # Whoever connects is never answered; each attempt alone would take the whole time-out.
    with socket.create_server(("127.0.0.1", 0)) as dead:
        url = f"http://127.0.0.1:{dead.getsockname()[1]}"
        provider = Provider(OidcConfig(issuer=url), "", clock=SystemClock())
        waiting = [asyncio.create_task(provider.describe()) for _ in range(50)]
        connection, _ = await asyncio.get_running_loop().run_in_executor(None, dead.accept)
        connection.close()
        done, pending = await asyncio.wait(waiting, timeout=10)
        await provider.close()

    assert not pending
    assert {getattr(task.exception(), "reason", None) for task in done} == {"oidc.discovery_failed"}


@pytest.mark.parametrize(
    "changes",
    [
        {"events": None},
        {"events": {"another": {}}},
        {"nonce": "n"},
        {"sub": None},
        {"iat": 1},
        {"aud": "other"},
        {"iss": "https://evil.example"},
        {"exp": 1},
    ],
)
def test_only_a_whole_logout_token_ends_sessions(
    believer: Dashboard, liar: Liar, changes: dict[str, object]
) -> None:
    liar.behave()
    whole = sign(liar.claims(events={LOGOUT: {}}))
    broken = sign(liar.claims(**{"events": {LOGOUT: {}}, **changes}))
    with believer.client() as anybody:
        answers = [
            anybody.post("/auth/backchannel-logout", data={"logout_token": token})
            for token in (whole, broken)
        ]

    assert answers[0].status_code == 200
    assert answers[0].headers["cache-control"] == "no-store"
    assert reason_of(answers[1]) == "oidc.logout_token_invalid"


def unsigned(claims: dict[str, Any]) -> str:
    _, payload, _ = sign(claims).split(".")
    return f"eyJhbGciOiJub25lIn0.{payload}."
