"""
From bursts to figures: medians, spreads and ratios, and the rows of `bench-results.json`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from bench import objects
from bench.measure import Measured, Sample

Figure = float | None


@dataclass(frozen=True, slots=True)
class Spread:
    """
    The middle of several values, and how far they lie apart.
    """

    middle: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Result:
    """
    One case against one target: medians over the rounds. `None` where no operation went well.
    """

    case: str
    target: str
    upstream: str
    connections: int
    tls: bool
    workers: int
    cpu_us_per_request: Figure
    cpu_user_us_per_request: Figure
    cpu_system_us_per_request: Figure
    cpu_s_per_gb: Figure
    """Per 10^9 object bytes; `None` where a case moves hardly any."""
    rps: Figure
    p50_ms: Figure
    p99_ms: Figure
    p999_ms: Figure
    rss_mib: float
    errors: int
    first_error: str
    operations: int
    verified: int
    """Bodies that were compared by hash, or ETags with the upload's MD5."""
    cpu_spread: tuple[float, float] | None
    """Lowest and highest microseconds per request of the rounds."""
    ratios: dict[str, Spread]
    """Processor time per request over that of the named target, round by round."""


def summarise(measured: Measured) -> list[Result]:
    """
    Return one result per target.
    """
    return [_result(measured, name, samples) for name, samples in measured.samples.items()]


def failed(measured: Measured, name: str, why: str) -> Result:
    """
    Return the result of a target that did not even start.
    """
    return replace(_result(measured, name, []), errors=1, first_error=why)


def _result(measured: Measured, name: str, samples: Sequence[Sample]) -> Result:
    case, stage = measured.case, measured.stage
    good = [sample for sample in samples if sample.outcome.operations]
    cpu = [_cpu_us(sample) for sample in good]
    payload = case.payload_bytes
    return Result(
        case=case.name + stage.suffix,
        target=name,
        upstream=stage.upstream,
        connections=case.connections,
        tls=stage.is_tls,
        workers=stage.workers,
        cpu_us_per_request=_middle(cpu),
        cpu_user_us_per_request=_middle([_share(one, one.used.user) for one in good]),
        cpu_system_us_per_request=_middle([_share(one, one.used.system) for one in good]),
        cpu_s_per_gb=_middle([us / 1e6 / payload * objects.GB for us in cpu]) if payload else None,
        rps=_middle([one.outcome.operations / one.outcome.seconds for one in good]),
        p50_ms=_percentile(good, 0.5),
        p99_ms=_percentile(good, 0.99),
        p999_ms=_percentile(good, 0.999),
        rss_mib=round(max((sample.rss_mib for sample in samples), default=0.0), 1),
        errors=sum(sample.outcome.errors for sample in samples),
        first_error=next((s.outcome.first_error for s in samples if s.outcome.errors), ""),
        operations=sum(sample.outcome.operations for sample in good),
        verified=sum(sample.outcome.hashed for sample in samples),
        cpu_spread=(round(min(cpu), 1), round(max(cpu), 1)) if cpu else None,
        ratios=_ratios(name, measured),
    )


def _ratios(name: str, measured: Measured) -> dict[str, Spread]:
    ours = measured.samples.get(name)
    if ours is None or not name.startswith("stowage"):
        return {}
    found: dict[str, Spread] = {}
    for other, theirs in measured.samples.items():
        pairs = zip(ours, theirs, strict=True)
        values = [_cpu_us(a) / _cpu_us(b) for a, b in pairs if _counts(a) and _counts(b)]
        if other != name and values:
            found[other] = Spread(*(round(f(values), 3) for f in (median, min, max)))
    return found


def _counts(sample: Sample) -> bool:
    return sample.outcome.operations > 0 and sample.used.user + sample.used.system > 0


def _cpu_us(sample: Sample) -> float:
    return _share(sample, sample.used.user + sample.used.system)


def _share(sample: Sample, seconds: float) -> float:
    return seconds / sample.outcome.operations * 1e6


def _percentile(samples: Sequence[Sample], share: float) -> Figure:
    found = (sample.outcome.percentile(share) for sample in samples)
    return _middle([value for value in found if value is not None], digits=3)


def _middle(values: Sequence[float], digits: int = 2) -> Figure:
    middle: Callable[[Sequence[float]], float] = median
    return round(middle(values), digits) if values else None
