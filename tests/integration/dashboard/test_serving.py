"""
Pages, probes and metrics, as a browser, a load balancer and Prometheus ask for them.
"""

import re
from pathlib import Path

import httpx

from app.errors.registry import REGISTRY
from dashboard.pages import page_policy
from support.dashboard import running_dashboard
from support.dashboard_people import CONFIG, ENVIRON


def test_the_process_says_that_it_lives(stranger: httpx.Client) -> None:
    assert stranger.get("/healthz").json() == {"status": "ok"}
    assert stranger.head("/healthz").status_code == 200


def test_readiness_names_every_check(stranger: httpx.Client) -> None:
    answer = stranger.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    names = [check["name"] for check in answer.json()["checks"]]
    assert names == ["database", "migrations", "sealing_key", "not_draining"]


def test_a_drain_turns_not_ready_at_once(folder: Path) -> None:
    with running_dashboard(folder, CONFIG, ENVIRON) as draining, draining.client() as client:
        draining.readiness.begin_drain()
        answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (503, "not_ready")
    assert [check["name"] for check in answer.json()["checks"] if not check["ok"]] == [
        "not_draining"
    ]


def test_metrics_count_calls_by_backends_that_exist(
    uli: httpx.Client, stranger: httpx.Client
) -> None:
    uli.get("/api/backends/s")
    uli.get("/api/backends/made-up-by-a-user")

    text = stranger.get("/metrics").text

    assert 'stowage_requests_total{backend="s",method="GET",status_class="2xx"}' in text
    assert "made-up-by-a-user" not in text
    assert 'stowage_errors_total{code="not_found",surface="dashboard"}' in text


def test_metrics_may_ask_for_a_token(folder: Path) -> None:
    config = CONFIG | {"metrics": {"token_env": "SCRAPE"}}

    environ = ENVIRON | {"SCRAPE": "s3cret"}
    with running_dashboard(folder, config, environ) as guarded, guarded.client() as client:
        without = client.get("/metrics")
        wrong = client.get("/metrics", headers={"Authorization": "Bearer wrong"})
        right = client.get("/metrics", headers={"Authorization": "Bearer s3cret"})
        posted = client.post("/metrics")

    assert (without.status_code, wrong.status_code, right.status_code) == (401, 401, 200)
    assert posted.status_code == 405


def test_every_error_is_listed_for_clients(stranger: httpx.Client) -> None:
    rows = stranger.get("/api/errors").json()["errors"]

    assert [row["code"] for row in rows] == list(REGISTRY)
    assert all(row["docs"] == f"/docs/errors#{row['code']}" for row in rows)


def test_the_version_is_told_to_those_who_are_signed_in(uli: httpx.Client) -> None:
    told = uli.get("/api/version").json()

    assert told["version"] == "0.1.0"
    assert re.fullmatch("[0-9a-f]{40}", told["commit"])


def test_the_documentation_comes_with_the_policy_of_a_page(stranger: httpx.Client) -> None:
    answer = stranger.get("/docs/errors")

    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == page_policy()
    assert stranger.post("/docs/errors").json()["error"]["code"] == "method_not_allowed"
    assert stranger.get("/docs/nothing").json()["error"]["reason"] == "route.unknown"


def test_any_other_address_is_the_page(stranger: httpx.Client) -> None:
    answer = stranger.get("/b/s/docs")

    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    assert stranger.post("/b/s/docs").status_code == 405
