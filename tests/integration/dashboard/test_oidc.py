"""
Signing in through a certified OpenID provider, and out again, over HTTP.
"""

import secrets
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from support.dashboard import Dashboard, running_dashboard
from support.dashboard_people import CONFIG, PASSWORD, STATIC_NAME, sign_in
from support.oidc import (
    SECRET,
    OidcProvider,
    approve_logout,
    claim,
    sign_in_there,
    single_sign_on,
)
from support.polling import wait_until

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def sso(
    tmp_path_factory: pytest.TempPathFactory, oidc_provider: OidcProvider
) -> Iterator[Dashboard]:
    with single_sign_on(tmp_path_factory.mktemp("sso"), oidc_provider) as dashboard:
        yield dashboard


@pytest.fixture
def browser(sso: Dashboard, oidc_provider: OidcProvider) -> Iterator[httpx.Client]:
    # Another test may have been the client meanwhile.
    oidc_provider.register(sso.url)
    with httpx.Client(headers=PAGE, timeout=20) as client:
        yield client


@pytest.fixture
def someone(oidc_provider: OidcProvider) -> str:
    """
    A subject whom the provider knows, of the group `staff`.
    """
    subject = f"s-{secrets.token_hex(6)}"
    claim(oidc_provider, subject, groups=["staff"])
    return subject


def come_in(
    browser: httpx.Client, dashboard: Dashboard, subject: str, path: str = ""
) -> httpx.Response:
    answer = sign_in_there(browser, f"{dashboard.url}/auth/login/oidc{path}", subject)
    browser.headers["X-CSRF-Token"] = browser.cookies.get("stowage_csrf", "")
    return answer


def me(browser: httpx.Client, dashboard: Dashboard) -> dict[str, Any]:
    found: dict[str, Any] = browser.get(f"{dashboard.url}/api/me").json()
    return found


def refusal(answer: httpx.Response) -> str:
    """
    Return the reason that the sign-in page is told.
    """
    assert answer.status_code == 302, answer.text
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["error"] == ["oidc_failed"]
    return query["reason"][0]


def test_the_provider_vouches_and_the_browser_goes_on_where_it_wanted(
    sso: Dashboard, browser: httpx.Client, someone: str
) -> None:
    answer = come_in(browser, sso, someone, "?next=/b/s/docs")

    assert (answer.status_code, answer.headers["location"]) == (302, "/b/s/docs")
    found = me(browser, sso)
    source = f"oidc:{urlsplit(sso.services.config.auth.oidc.issuer).netloc}"
    assert (found["username"], found["role"], found["identity_source"]) == (someone, "user", source)
    kept = [name for name in browser.cookies if name.startswith("stowage_oidc")]
    assert kept == []


def test_a_sign_in_through_the_provider_is_audited(
    sso: Dashboard, browser: httpx.Client, someone: str
) -> None:
    answer = come_in(browser, sso, someone)
    sso.run(sso.services.audit.flush())

    query = {"request_id": answer.headers["x-request-id"]}
    events = admin_of(sso).get("/api/admin/audit", params=query).json()["events"]

    assert [(event["action"], event["status"]) for event in events] == [
        ("auth.login", "ok"),
        ("user.create", "ok"),
    ]
    assert '"source":"oidc:127.0.0.1' in events[0]["detail"]


def test_the_highest_mapped_role_wins_in_whatever_order_the_groups_stand(
    sso: Dashboard, browser: httpx.Client, oidc_provider: OidcProvider, someone: str
) -> None:
    # The last administrator would stay one.
    make_local(sso, someone, role="admin")
    roles = []
    for groups in (["guests", "staff", "ops"], ["guests", "staff"], ["x", "guests"], "guests"):
        claim(oidc_provider, someone, groups=groups)
        come_in(browser, sso, someone)
        roles.append(me(browser, sso)["role"])

    assert roles == ["admin", "user", "readonly", "readonly"]


@pytest.mark.parametrize("claims", [{}, {"groups": ["strangers"]}, {"groups": 7}])
def test_whom_nothing_maps_to_a_role_is_refused_and_leaves_no_account(
    sso: Dashboard,
    browser: httpx.Client,
    oidc_provider: OidcProvider,
    someone: str,
    claims: dict[str, object],
) -> None:
    claim(oidc_provider, someone, **claims)

    answer = come_in(browser, sso, someone)

    assert refusal(answer) == "oidc.no_role"
    assert browser.get(f"{sso.url}/api/me").status_code == 401
    found = admin_of(sso).get("/api/admin/users", params={"query": someone}).json()
    assert found["users"] == []


def test_role_and_name_follow_the_claims_and_older_sessions_end(
    sso: Dashboard, browser: httpx.Client, oidc_provider: OidcProvider, someone: str
) -> None:
    come_in(browser, sso, someone)
    before = me(browser, sso)
    claim(oidc_provider, someone, groups=["guests"], preferred_username=f"{someone}-new")

    with httpx.Client(headers=PAGE) as other:
        come_in(other, sso, someone)
        after = me(other, sso)

    assert (after["id"], after["role"]) == (before["id"], "readonly")
    assert after["username"] == f"{someone}-new"
    assert browser.get(f"{sso.url}/api/me").status_code == 401


def test_the_last_administrator_stays_one_whatever_the_claims_say(
    sso: Dashboard, browser: httpx.Client, oidc_provider: OidcProvider, someone: str
) -> None:
    root = admin_of(sso)
    claim(oidc_provider, someone, groups=["ops"])
    come_in(browser, sso, someone)
    for user in root.get("/api/admin/users", params={"role": "admin"}).json()["users"]:
        if user["username"] != someone:
            root.delete(f"/api/admin/users/{user['id']}").raise_for_status()

    claim(oidc_provider, someone, groups=["guests"])
    come_in(browser, sso, someone)

    assert me(browser, sso)["role"] == "admin"


def test_groups_of_the_claims_feed_grants_as_long_as_they_are_claimed(
    sso: Dashboard, browser: httpx.Client, oidc_provider: OidcProvider, someone: str
) -> None:
    root, value = admin_of(sso), f"team-{someone}"
    group = root.post("/api/admin/groups", json={"name": value, "claim_values": [value]}).json()
    root.post(
        "/api/admin/grants",
        json={
            "subject": {"kind": "group", "id": group["id"]},
            "backend_id": "*",
            "bucket": "docs",
            "access": "readonly",
        },
    ).raise_for_status()
    held = []

    for groups in (["staff", value], ["staff"]):
        claim(oidc_provider, someone, groups=groups)
        come_in(browser, sso, someone)
        access = browser.get(f"{sso.url}/api/me/access").json()
        held.append((access["groups"], [grant["bucket"] for grant in access["grants"]]))

    assert held == [([value], ["docs"]), ([], [])]


def test_a_disabled_user_is_refused(sso: Dashboard, browser: httpx.Client, someone: str) -> None:
    come_in(browser, sso, someone)
    root = admin_of(sso)
    user_id = me(browser, sso)["id"]
    root.patch(f"/api/admin/users/{user_id}", json={"enabled": False}).raise_for_status()

    assert browser.get(f"{sso.url}/api/me").status_code == 401
    assert refusal(come_in(browser, sso, someone)) == "oidc.account_disabled"


def test_nobody_else_is_given_the_account_of_a_name(
    sso: Dashboard, browser: httpx.Client, oidc_provider: OidcProvider, someone: str
) -> None:
    come_in(browser, sso, someone)
    first = me(browser, sso)["id"]
    claim(oidc_provider, f"{someone}-2", groups=["staff"], preferred_username=someone)

    with httpx.Client(headers=PAGE) as other:
        come_in(other, sso, f"{someone}-2")
        second = me(other, sso)

    assert second["id"] != first
    assert second["username"].startswith(f"{someone}@127.0.0.1:")


def test_a_password_kept_elsewhere_is_not_changed_here(
    sso: Dashboard, browser: httpx.Client, someone: str
) -> None:
    come_in(browser, sso, someone)
    body = {"current_password": "a", "new_password": "b"}

    own = browser.post(f"{sso.url}/api/me/password", json=body)
    reset = admin_of(sso).post(
        f"/api/admin/users/{me(browser, sso)['id']}/reset-password",
        json={"new_password": PASSWORD},
    )

    assert [answer.json()["error"]["code"] for answer in (own, reset)] == ["not_local"] * 2


def test_keys_that_the_provider_changed_are_fetched_anew(
    sso: Dashboard, browser: httpx.Client, oidc_provider: OidcProvider, someone: str
) -> None:
    come_in(browser, sso, someone)
    oidc_provider.control(rotate=True)

    answer = come_in(browser, sso, someone)

    assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": "x" * 43}, "oidc.state_expired"),
        ({"state": ""}, "oidc.state_expired"),
        ({"code": ""}, "oidc.code_missing"),
        ({"code": "wrong"}, "oidc.token_exchange_failed"),
        ({"iss": "https://evil.example"}, "oidc.issuer_mismatch"),
        ({"iss": ""}, "oidc.issuer_mismatch"),
        ({"error": "access_denied"}, "oidc.denied"),
        ({"error": "server_error"}, "oidc.provider_error"),
    ],
)
def test_an_answer_that_is_not_whole_opens_nothing(
    sso: Dashboard, browser: httpx.Client, change: dict[str, str], reason: str
) -> None:
    began = browser.get(f"{sso.url}/auth/login/oidc")
    state = parse_qs(urlsplit(began.headers["location"]).query)["state"][0]
    issuer = sso.services.config.auth.oidc.issuer
    query = {"state": state, "code": "x", "iss": issuer} | change

    page = browser.get(f"{sso.url}/auth/callback", params=query)

    assert refusal(page) == reason
    assert "stowage_session" not in browser.cookies
    again = browser.get(f"{sso.url}/auth/callback", params=query)
    assert refusal(again) == "oidc.state_expired"


def test_a_program_is_told_in_json(sso: Dashboard) -> None:
    with sso.client() as program:
        answer = program.get("/auth/callback")

    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["reason"]) == (
        400,
        "oidc_failed",
        "oidc.state_expired",
    )


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/\\evil", "evil", "/a\nb", "/" + "a" * 3000]
)
def test_the_way_back_leads_nowhere_else(
    sso: Dashboard, browser: httpx.Client, someone: str, path: str
) -> None:
    began = httpx.QueryParams({"next": path})

    answer = come_in(browser, sso, someone, f"?{began}")

    assert answer.headers["location"] == "/"


def test_signing_out_here_offers_to_sign_out_there(
    sso: Dashboard, browser: httpx.Client, someone: str
) -> None:
    come_in(browser, sso, someone)

    url = browser.post(f"{sso.url}/auth/logout").json()["logout_url"]
    back = approve_logout(browser, url)

    assert "id_token_hint=" in url
    assert back.headers["location"] == f"{sso.url}/login"
    assert browser.get(f"{sso.url}/api/me").status_code == 401


def test_signing_out_there_ends_the_session_here(
    sso: Dashboard, browser: httpx.Client, someone: str, oidc_provider: OidcProvider
) -> None:
    come_in(browser, sso, someone)
    with httpx.Client(headers=PAGE) as elsewhere:
        come_in(elsewhere, sso, someone)

        approve_logout(browser, f"{oidc_provider.url}/session/end")

        wait_until(
            lambda: browser.get(f"{sso.url}/api/me").status_code == 401, 10, what="the session ends"
        )
        # The provider named its one session; the one of another browser goes on.
        assert elsewhere.get(f"{sso.url}/api/me").status_code == 200


def test_a_logout_token_that_nobody_signed_ends_nothing(sso: Dashboard) -> None:
    with sso.client() as anybody:
        answer = anybody.post("/auth/backchannel-logout", data={"logout_token": "e30.e30.e30"})

    assert answer.json()["error"]["reason"] == "oidc.logout_token_invalid"


def test_a_local_account_of_the_same_address_is_left_alone_unless_linking_is_on(
    sso: Dashboard, browser: httpx.Client, oidc_provider: OidcProvider, someone: str
) -> None:
    make_local(sso, someone)
    claim(oidc_provider, someone, groups=["staff"], email=address(someone), email_verified=True)

    assert refusal(come_in(browser, sso, someone)) == "oidc.email_taken"


def test_a_verified_address_links_a_local_account_once_for_one_person(
    folder: Path, oidc_provider: OidcProvider, someone: str
) -> None:
    mail = address(someone)
    reasons = []
    with single_sign_on(folder, oidc_provider, link_by_email=True) as sso:
        local = make_local(sso, someone)
        for subject, is_verified in (
            (someone, False),
            (someone, True),
            (someone, True),
            (f"{someone}-2", True),
        ):
            claim(oidc_provider, subject, email=mail.upper(), email_verified=is_verified)
            with httpx.Client(headers=PAGE) as browser:
                answer = come_in(browser, sso, subject)
                is_in = answer.headers["location"] == "/"
                reasons.append(me(browser, sso)["id"] == local if is_in else refusal(answer))

    # The role of a local account is what administrators say, so no mapping is asked for.
    assert reasons == ["oidc.email_unverified", True, True, "oidc.already_linked"]


def test_a_wrong_secret_is_our_fault_and_says_so(
    folder: Path, oidc_provider: OidcProvider, someone: str
) -> None:
    wrong = {**SECRET, "OIDC_SECRET": "another"}
    with (
        single_sign_on(folder, oidc_provider, wrong) as sso,
        httpx.Client(headers=PAGE) as browser,
    ):
        assert refusal(come_in(browser, sso, someone)) == "oidc.misconfigured"


def test_a_public_client_needs_no_secret(
    folder: Path, oidc_provider: OidcProvider, someone: str
) -> None:
    with (
        single_sign_on(folder, oidc_provider, client_secret_env="") as sso,
        httpx.Client(headers=PAGE) as browser,
    ):
        oidc_provider.register(sso.url, token_endpoint_auth_method="none", client_secret=None)
        answer = come_in(browser, sso, someone)

    assert answer.headers["location"] == "/"


def test_a_provider_that_is_away_stops_neither_us_nor_those_who_come_otherwise(
    folder: Path,
) -> None:
    away = OidcProvider("http://127.0.0.1:9")
    auth = {**CONFIG["auth"], "modes": ["oidc", "static"], "oidc": away.config()}  # type: ignore[dict-item]  # a mapping of several types
    with running_dashboard(folder, {**CONFIG, "auth": auth}, SECRET) as sso, sso.client() as client:
        program = client.get("/auth/login/oidc")
        browser = client.get("/auth/login/oidc", headers=PAGE)
        offered = client.get("/api/auth/config").json()
        root = admin_of(sso).get("/api/me")

    assert (program.status_code, program.json()["error"]["reason"]) == (
        500,
        "oidc.discovery_failed",
    )
    assert refusal(browser) == "oidc.discovery_failed"
    assert (offered["modes"], offered["oidc_name"]) == (["oidc", "static"], "Single sign-on")
    assert root.status_code == 200


def test_behind_tls_the_cookies_of_a_sign_in_are_bound_to_the_host(
    folder: Path, oidc_provider: OidcProvider
) -> None:
    auth = {**CONFIG["auth"], "modes": ["oidc"], "oidc": oidc_provider.config()}  # type: ignore[dict-item]  # a mapping of several types
    server = {"trusted_proxies": ["127.0.0.1"], "public_url": "https://stowage.example"}
    config = {**CONFIG, "auth": auth, "server": server}
    with running_dashboard(folder, config, SECRET) as sso, sso.client() as client:
        began = client.get("/auth/login/oidc", headers={"X-Forwarded-Proto": "https"})

    cookies = began.headers.get_list("set-cookie")
    query = parse_qs(urlsplit(began.headers["location"]).query)
    assert len(cookies) == 4
    assert all(cookie.startswith("__Host-stowage_oidc_") for cookie in cookies)
    assert all("HttpOnly" in cookie and "Secure" in cookie for cookie in cookies)
    assert query["redirect_uri"] == ["https://stowage.example/auth/callback"]
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["nonce"][0]) == len(query["state"][0]) == 43


@cache
def admin_of(sso: Dashboard) -> httpx.Client:
    return sign_in(sso, STATIC_NAME)


def address(subject: str) -> str:
    return f"{subject}@example.org"


def make_local(sso: Dashboard, name: str, role: str = "user") -> str:
    """
    Make a local account with that person's address, and return its id.
    """
    body = {
        "username": f"{name}-local",
        "password": PASSWORD,
        "role": role,
        "email": address(name),
        "must_change_pw": False,
    }
    answer = admin_of(sso).post("/api/admin/users", json=body)
    user_id: str = answer.json()["id"]
    return user_id
