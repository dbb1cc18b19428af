"""
What a running process takes over, and what waits for its next start.
"""

from app.config.live import find_changes, keep_until_restart
from app.config.models import Config

OTHER = Config.model_validate(
    {
        "server": {"listen": ":1", "drain_timeout": "5s", "tls": {"cert_file": "a"}},
        "db": {"sqlite": {"path": "other.db"}},
        "auth": {"modes": ["local", "static"], "notice": "hello"},
        "quotas": {"scan_interval": "1h"},
        "jobs": {"concurrency": 5, "keep_days": 5, "schedule": {"audit_purge": "1h"}},
        "gitops": {"drift_interval": "1m"},
        "s3_proxy": {"workers": 3, "per_key_rps": 5, "timeouts": {"idle": "5s"}},
    }
)


def test_what_is_made_once_at_a_start_is_named() -> None:
    """
    Listeners, databases, processes, ways of signing in, and the loops that begin with an interval.
    """
    changes = find_changes(Config(), OTHER)

    assert {one.key for one in changes if one.needs_restart} == {
        "server.listen",
        "server.tls.cert_file",
        "db.sqlite.path",
        "auth.modes",
        "quotas.scan_interval",
        "jobs.concurrency",
        "s3_proxy.workers",
    }
    assert {one.key for one in changes if not one.needs_restart} == {
        "server.drain_timeout",
        "auth.notice",
        "jobs.keep_days",
        "jobs.schedule.audit_purge",
        "gitops.drift_interval",
        "s3_proxy.per_key_rps",
        "s3_proxy.timeouts.idle",
    }


def test_until_then_it_keeps_its_value_and_the_rest_is_taken_over() -> None:
    kept = keep_until_restart(Config(), OTHER)

    assert (kept.server.listen, kept.jobs.concurrency, kept.s3_proxy.workers) == (":8080", 2, 0)
    assert (kept.server.drain_timeout, kept.jobs.keep_days) == (5.0, 5)
    assert [one.key for one in find_changes(kept, OTHER) if not one.needs_restart] == []
