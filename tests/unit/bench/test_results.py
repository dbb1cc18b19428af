from array import array

from bench.burst import Outcome
from bench.cases import CASES_BY_NAME
from bench.measure import Measured, Sample
from bench.process import Usage
from bench.results import Result, failed, summarise
from bench.stage import Stage


def sample(operations: int, seconds: float, *, errors: int = 0) -> Sample:
    latencies = array("q", [1_000_000 * (number + 1) for number in range(operations)])
    outcome = Outcome(operations, errors, "status 503" if errors else "", 0, 1.0, latencies)
    used = Usage(1.0 + seconds / 4, 2.0 + seconds * 3 / 4)
    return Sample(outcome, Usage(1.0, 2.0), 10.0, used)


def measured(**samples: list[Sample]) -> Measured:
    stage = Stage("static", (), (), suffix="-tls", is_tls=True)
    named = {name.replace("_", "-"): found for name, found in samples.items()}
    return Measured(CASES_BY_NAME["get-1m"], stage, named)


def only(results: list[Result], target: str) -> Result:
    return next(result for result in results if result.target == target)


def test_the_median_round_is_reported_with_the_spread() -> None:
    rounds = [sample(100, 0.02), sample(100, 0.01), sample(100, 0.05)]

    result = only(summarise(measured(nginx=rounds)), "nginx")

    assert result.cpu_us_per_request == 200.0
    assert result.cpu_user_us_per_request == 50.0
    assert result.cpu_system_us_per_request == 150.0
    assert result.cpu_spread == (100.0, 500.0)
    assert result.case == "get-1m-tls"
    assert result.operations == 300


def test_processor_time_per_gigabyte_counts_object_bytes() -> None:
    result = only(summarise(measured(nginx=[sample(1000, 1.048576)])), "nginx")

    assert result.cpu_s_per_gb == 1.0


def test_ratios_pair_round_with_round() -> None:
    """
    A machine at half speed in the second round must not show in the ratio.
    """
    ours = [sample(100, 0.01), sample(100, 0.02)]
    theirs = [sample(100, 0.04), sample(100, 0.08)]

    result = only(summarise(measured(stowage_python=ours, caddy=theirs)), "stowage-python")

    assert result.ratios["caddy"].low == result.ratios["caddy"].high == 0.25


def test_a_case_that_failed_throughout_has_errors_and_no_figures() -> None:
    results = summarise(measured(stowage_python=[sample(0, 0.1, errors=7)]))

    assert results[0].cpu_us_per_request is None
    assert results[0].p50_ms is None
    assert results[0].errors == 7
    assert results[0].first_error == "status 503"


def test_a_target_that_did_not_start_is_an_error() -> None:
    others = measured(nginx=[sample(10, 0.1)])

    result = failed(others, "stowage-python", "it does not serve")

    assert (result.errors, result.first_error) == (1, "it does not serve")


def test_percentiles_are_of_the_operations_in_milliseconds() -> None:
    result = only(summarise(measured(nginx=[sample(1001, 1.0)])), "nginx")

    assert (result.p50_ms, result.p99_ms, result.p999_ms) == (501.0, 991.0, 1000.0)
