"""
What `/metrics` says of limits: by backend, since anybody may read it and bucket names tell much.
"""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from app.quotas.account import Account
from app.quotas.limits import QuotaSubject, parse_row_id

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
            "Writes refused because a limit leaves no room.",
            ("kind", "backend"),
            registry=registry,
        )
        self._soft = Counter(
            "stowage_quota_soft_limit_total",
            "How often a soft limit was passed.",
            ("kind", "backend"),
            registry=registry,
        )
        registry.register(self)

    def count_refusal(self, account: Account) -> None:
        """
        Count a write that found no room.
        """
        self._refusals.labels(account.subject.kind.value, _backend_of(account.subject)).inc()

    def count_soft(self, account: Account) -> None:
        """
        Count that a soft limit was passed.
        """
        self._soft.labels(account.subject.kind.value, _backend_of(account.subject)).inc()

    def collect(self) -> Iterable[Metric]:
        """
        Yield how many limits are in which state, and how full the fullest bucket is.
        """
        accounts = list(self._accounts())
        yield from _collect_buckets([one for one in accounts if one.subject.is_bucket])
        yield _collect_others([one for one in accounts if not one.subject.is_bucket])


def _collect_buckets(accounts: Iterable[Account]) -> Iterable[Metric]:
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
    for backend_id, there in _group(accounts, lambda one: _backend_of(one.subject)).items():
        _add_states(buckets, backend_id, there)
        fullest.add_metric((backend_id,), max(map(_ratio_of, there)))
    yield buckets
    yield fullest


def _collect_others(accounts: Iterable[Account]) -> Metric:
    subjects = GaugeMetricFamily(
        "stowage_quota_subjects",
        "Users, groups and credentials with a limit: ok, beyond the soft one, or 95 % used.",
        labels=("kind", "state"),
    )
    for kind, those in _group(accounts, lambda one: one.subject.kind.value).items():
        _add_states(subjects, kind, those)
    return subjects


def _group(
    accounts: Iterable[Account], name_of: Callable[[Account], str]
) -> dict[str, list[Account]]:
    found: dict[str, list[Account]] = {}
    for account in accounts:
        found.setdefault(name_of(account), []).append(account)
    return found


def _add_states(family: GaugeMetricFamily, name: str, accounts: list[Account]) -> None:
    states = [_state_of(account) for account in accounts]
    for state in _STATES:
        family.add_metric((name, state), states.count(state))


def _backend_of(subject: QuotaSubject) -> str:
    """
    Return the backend of a bucket; nothing for somebody who writes to any.
    """
    return parse_row_id(subject.id).backend_id if subject.is_bucket else ""


def _ratio_of(account: Account) -> float:
    hard = account.limits.hard_bytes
    return account.counter.used / hard if hard else 0.0


def _state_of(account: Account) -> str:
    if _ratio_of(account) >= _FULL:
        return "full"
    return "soft" if account.is_soft_due else "ok"
