"""
What `/metrics` says of limits: by backend, since anybody may read it and bucket names tell much.
"""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from app.quotas.account import Account

_STATES = ("ok", "soft", "full")
_FULL = 0.95


class QuotaMetrics(Collector):
    """
    Looks at the accounts at every scrape, and counts what happens in between.
    """

    def __init__(
        self, registry: CollectorRegistry, accounts: Callable[[], Iterable[Account]]
    ) -> None:
        self._accounts = accounts
        self._refusals = Counter(
            "stowage_quota_refusals_total",
            "Writes refused because a bucket is full.",
            ("backend",),
            registry=registry,
        )
        self._soft = Counter(
            "stowage_quota_soft_limit_total",
            "How often a bucket passed its soft limit.",
            ("backend",),
            registry=registry,
        )
        registry.register(self)

    def count_refusal(self, account: Account) -> None:
        """
        Count a write that found no room.
        """
        self._refusals.labels(account.place.backend_id).inc()

    def count_soft(self, account: Account) -> None:
        """
        Count that a soft limit was passed.
        """
        self._soft.labels(account.place.backend_id).inc()

    def collect(self) -> Iterable[Metric]:
        """
        Yield how many buckets are in which state, and how full the fullest is.
        """
        buckets = GaugeMetricFamily(
            "stowage_quota_buckets",
            "Buckets with a limit: ok, beyond the soft limit, or at least 95 % full.",
            labels=("backend", "state"),
        )
        fullest = GaugeMetricFamily(
            "stowage_quota_used_ratio_max",
            "How much of its hard limit the fullest bucket uses, 0 to 1.",
            labels=("backend",),
        )
        found: dict[str, list[Account]] = {}
        for account in self._accounts():
            found.setdefault(account.place.backend_id, []).append(account)
        for backend_id, accounts in found.items():
            states = [_state_of(account) for account in accounts]
            for state in _STATES:
                buckets.add_metric((backend_id, state), states.count(state))
            fullest.add_metric((backend_id,), max(map(_ratio_of, accounts)))
        yield buckets
        yield fullest


def _ratio_of(account: Account) -> float:
    hard = account.limits.hard_bytes
    return account.counter.used / hard if hard else 0.0


def _state_of(account: Account) -> str:
    if _ratio_of(account) >= _FULL:
        return "full"
    return "soft" if account.is_soft_due else "ok"
