"""
The page of the documentation that shows the figures: `python -m bench.page [RESULTS]`.
"""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from bench import aims, charts
from bench.charts import Bar, Group
from bench.results import Figure, Result, Spread

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/explanation/benchmarks.md"
IMAGES = ROOT / "docs/images"
TEMPLATE = Path(__file__).with_name("page.md")

SMALL = ("get-1k", "head-1k", "presigned-get-1k", "put-1k", "put-1k-expect", "list-100")
BULK = (
    "get-1m",
    "put-1m",
    "put-1m-hashed",
    "put-1m-chunked-signed",
    "put-1m-chunked-trailer",
    "get-256m",
    "multipart-64m",
)
ANSWERED_HERE = (
    "list-buckets",
    "bad-signature",
    "scope-refusal",
    "anonymous-get",
    "multi-delete-1000",
)
OURS = "stowage"


@dataclass(frozen=True, slots=True)
class Report:
    """
    One run: what it ran on and what came out.
    """

    machine: dict[str, object]
    results: Sequence[Result]

    def rows(self, upstream: str, cases: Iterable[str]) -> list[Result]:
        """
        Return the results of these cases over that upstream, in the order of the cases.
        """
        order = {case: number for number, case in enumerate(cases)}
        found = [r for r in self.results if r.upstream == upstream and r.case in order]
        return sorted(found, key=lambda row: order[row.case])


def load(file: Path) -> Report:
    """
    Read what a run wrote.
    """
    data = json.loads(file.read_text())
    results = [_result(row) for row in data["results"]]
    return Report(data["machine"], results)


def write(report: Report) -> None:
    """
    Write the page and its charts.
    """
    IMAGES.mkdir(parents=True, exist_ok=True)
    small = _groups(report.rows("static", SMALL), lambda row: row.cpu_us_per_request)
    bulk = _groups(report.rows("static", BULK), lambda row: row.cpu_s_per_gb)
    felt = _groups(report.rows("seaweedfs", (*SMALL, *BULK)), lambda row: row.cpu_us_per_request)
    titles = {
        "bench-small": ("Processor time per request, microseconds (less is better)", small, 0),
        "bench-bulk": ("Processor seconds per GB (less is better)", bulk, 2),
        "bench-seaweedfs": ("Over SeaweedFS: microseconds per request", felt, 0),
    }
    for name, (title, groups, digits) in titles.items():
        (IMAGES / f"{name}.svg").write_text(charts.render(title, groups, digits=digits))
    PAGE.write_text(_render(report))


def _render(report: Report) -> str:
    main = report.rows("static", (*SMALL, *BULK, *ANSWERED_HERE))
    cpu = _table(report.rows("static", SMALL), lambda row: _number(row.cpu_us_per_request, 0))
    bulk = _table(report.rows("static", BULK), lambda row: _number(row.cpu_s_per_gb, 2))
    here = _table(
        report.rows("static", ANSWERED_HERE), lambda row: _number(row.cpu_us_per_request, 0)
    )
    felt = [row for row in report.results if row.upstream == "seaweedfs" and "-" in row.case]
    return Template(TEMPLATE.read_text()).substitute(
        machine=_machine(report.machine),
        targets=_targets(report.machine),
        small=cpu,
        bulk=bulk,
        here=here,
        ratios=_ratio_table(main),
        latency=_table(main, _latency),
        felt=_table(felt, lambda row: f"{_number(row.cpu_us_per_request, 0)} · {_latency(row)}"),
        variations=_variations(report),
        aims=aims.render(main),
        behind=_behind(main),
        failed=_failed(report.results),
    )


def _table(rows: Sequence[Result], cell: Callable[[Result], str]) -> str:
    targets = list(dict.fromkeys(row.target for row in rows))
    lines = [f"| case | {' | '.join(targets)} |", "| --- " * (len(targets) + 1) + "|"]
    for case in dict.fromkeys(row.case for row in rows):
        found = {row.target: cell(row) for row in rows if row.case == case}
        cells = (found.get(target, "") for target in targets)
        lines.append(f"| `{case}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def _ratio_table(rows: Sequence[Result]) -> str:
    ours = [row for row in rows if row.target.startswith(OURS) and row.ratios]
    peers = list(dict.fromkeys(peer for row in ours for peer in row.ratios))
    lines = [f"| case | ours | {' | '.join(peers)} |", "| --- " * (len(peers) + 2) + "|"]
    for row in ours:
        cells = (_spread(row.ratios.get(peer)) for peer in peers)
        lines.append(f"| `{row.case}` | {row.target} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _variations(report: Report) -> str:
    usual = {row.case for row in report.rows("static", (*SMALL, *BULK, *ANSWERED_HERE))}
    rows = [row for row in report.results if row.upstream == "static" and row.case not in usual]
    if not rows:
        return "This run was the short one; `make bench` without `--short` measures them."
    return _table(
        rows, lambda row: f"{_number(row.cpu_us_per_request, 0)} · {_number(row.rps, 0)}/s"
    )


def _behind(rows: Sequence[Result]) -> str:
    lines: list[str] = []
    for row in rows:
        ahead = [
            f"{peer} {spread.middle:.2f}"
            for peer, spread in row.ratios.items()
            if peer != "direct" and not peer.startswith(OURS) and spread.middle > 1
        ]
        if ahead:
            lines.append(f"- `{row.case}`, {row.target}: {', '.join(ahead)}")
    return "\n".join(lines) or "- nowhere in this run"


def _failed(results: Sequence[Result]) -> str:
    lines = [
        f"- `{row.case}`, {row.target}, {row.upstream}: {row.errors} of "
        f"{row.operations + row.errors} failed; the first: {row.first_error.splitlines()[0]}"
        for row in results
        if row.errors
    ]
    return "\n".join(lines) or "- none"


def _machine(facts: dict[str, object]) -> str:
    names = ("cpu", "cores", "memory_mib", "kernel", "congestion_control", "python", "interpreter")
    rows = (f"| {name} | {facts.get(name)} |" for name in (*names, "load_average", "commit", "at"))
    return "\n".join(("| | |", "| --- | --- |", *rows))


def _targets(facts: dict[str, object]) -> str:
    targets, missing = facts.get("targets"), facts.get("missing")
    versions = targets if isinstance(targets, dict) else {}
    lines = [f"| {name} | {version} |" for name, version in versions.items()]
    if isinstance(missing, list) and missing:
        lines.append(f"| not on this machine | {', '.join(missing)} |")
    return "\n".join(("| target | version |", "| --- | --- |", *lines))


def _groups(rows: Sequence[Result], value: Callable[[Result], Figure]) -> list[Group]:
    groups = []
    for case in dict.fromkeys(row.case for row in rows):
        bars = [
            Bar(row.target, figure)
            for row in rows
            if row.case == case and (figure := value(row)) is not None
        ]
        groups.append(Group(case, bars))
    return groups


def _latency(row: Result) -> str:
    return f"{_number(row.p50_ms, 1)} / {_number(row.p99_ms, 1)} / {_number(row.p999_ms, 1)}"


def _spread(spread: Spread | None) -> str:
    return f"{spread.middle:.2f} ({spread.low:.2f}-{spread.high:.2f})" if spread else ""


def _number(value: Figure, digits: int) -> str:
    return "failed" if value is None else f"{value:,.{digits}f}"


def _result(row: dict[str, object]) -> Result:
    ratios = row.pop("ratios")
    assert isinstance(ratios, dict)
    spread = row.pop("cpu_spread")
    return Result(
        **row,  # type: ignore[arg-type]  # written by ourselves
        cpu_spread=(spread[0], spread[1]) if isinstance(spread, list) else None,
        ratios={peer: Spread(**values) for peer, values in ratios.items()},
    )


if __name__ == "__main__":
    write(load(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "bench-results.json"))
