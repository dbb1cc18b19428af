"""
A certified OpenID provider as a process on loopback, and how people sign in there.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx

from support.dashboard import Dashboard, running_dashboard
from support.dashboard_people import CONFIG, ENVIRON
from support.missing import missing_part

FOLDER = Path(__file__).with_name("oidc_provider")
CLIENT_ID = "stowage"
CLIENT_SECRET = "a secret + of the client & more %"
SECRET = {**ENVIRON, "OIDC_SECRET": CLIENT_SECRET}
"""The environment of a dashboard that is a client of the provider."""
_FORM = re.compile(r'action="([^"]+)"')
_HIDDEN = re.compile(r'name="([^"]+)" value="([^"]*)"')
_MAX_STEPS = 12


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """
    A running provider.
    """

    url: str

    def control(self, **settings: Any) -> None:
        """
        Set `clients` or `accounts` (claims by subject), or `rotate` the keys.
        """
        httpx.put(f"{self.url}/control", json=settings).raise_for_status()

    def register(self, dashboard_url: str, **more: Any) -> None:
        """
        Make one dashboard the client.
        """
        client = {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "redirect_uris": [f"{dashboard_url}/auth/callback"],
            "post_logout_redirect_uris": [f"{dashboard_url}/login"],
            "backchannel_logout_uri": f"{dashboard_url}/auth/backchannel-logout",
            "backchannel_logout_session_required": True,
            "scope": "openid profile email groups",
            **more,
        }
        given = {name: value for name, value in client.items() if value is not None}
        self.control(clients=[given])

    def config(self, **more: Any) -> dict[str, Any]:
        """
        Return `auth.oidc` of a dashboard that trusts this provider.
        """
        return {
            "issuer": self.url,
            "client_id": CLIENT_ID,
            "client_secret_env": "OIDC_SECRET",
            "scopes": ["openid", "profile", "email", "groups"],
            "role_mapping": {"admin": ["ops"], "user": ["staff"], "readonly": ["guests"]},
            **more,
        }


@contextmanager
def running_provider() -> Iterator[OidcProvider]:
    """
    Run the provider until the end of the block.
    """
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules").exists():
        missing_part("the OpenID provider is not installed; run: make test-provider")
    with subprocess.Popen(
        [node, str(FOLDER / "provider.mjs")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield OidcProvider(f"http://127.0.0.1:{int(process.stdout.readline())}")
        finally:
            process.kill()


@contextmanager
def single_sign_on(
    folder: Path, provider: OidcProvider, environ: Mapping[str, str] = SECRET, **oidc: Any
) -> Iterator[Dashboard]:
    """
    Run a dashboard whose provider this is.
    """
    auth = {
        **CONFIG["auth"],  # type: ignore[dict-item]  # a mapping of several types
        "modes": ["local", "oidc", "static"],
        "oidc": provider.config(**oidc),
        "role_grants": {"user": []},
    }
    with running_dashboard(folder, {**CONFIG, "auth": auth}, environ) as dashboard:
        provider.register(dashboard.url)
        yield dashboard


def claim(provider: OidcProvider, subject: str, **claims: Any) -> None:
    """
    Let the provider say this of somebody; their name is the subject's unless it says otherwise.
    """
    provider.control(accounts={subject: {"preferred_username": subject, **claims}})


def sign_in_there(browser: httpx.Client, start: str, subject: str) -> httpx.Response:
    """
    Follow a browser from `start` through the provider's pages until it is back; return that answer.

    The browser is a client without a base address, since the way leads over two sites.
    """
    answer = browser.get(start)
    for _ in range(_MAX_STEPS):
        url = str(answer.request.url)
        if answer.is_redirect:
            target = urljoin(url, answer.headers["location"])
            if "/auth/callback" in target:
                return browser.get(target)
            answer = browser.get(target)
            continue
        form = _FORM.search(answer.text)
        assert form is not None, (answer.status_code, answer.text[:2000])
        fields: Mapping[str, str] = dict(_HIDDEN.findall(answer.text))
        answer = browser.post(
            urljoin(url, form[1]), data={**fields, "login": subject, "password": "any"}
        )
    raise AssertionError(f"no way back from {answer.request.url}")


def approve_logout(browser: httpx.Client, url: str) -> httpx.Response:
    """
    Sign out at the provider, as its page offers, and return where that leads.
    """
    page = browser.get(url)
    form = _FORM.search(page.text)
    assert form is not None, page.text[:2000]
    fields = {**dict(_HIDDEN.findall(page.text)), "logout": "yes"}
    return browser.post(urljoin(url, form[1]), data=fields)
