"""
The figures as a table on the terminal.
"""

from collections.abc import Sequence
from itertools import groupby

from bench.results import Figure, Result

_COLUMNS = ("target", "cpu us", "user", "sys", "spread", "s/GB", "rps", "p50 ms", "p99 ms")
_MORE = ("p99.9", "MiB", "errors", "ours/theirs")
_ROW = "  {:<18}{:>10}{:>9}{:>9}{:>15}{:>7}{:>9}{:>9}{:>9}{:>9}{:>6}{:>8}  {}"


def render(results: Sequence[Result]) -> str:
    """
    Return the rows of a case together, the ratio of the first Stowage to each target at the end.
    """
    lines: list[str] = []
    for title, group in groupby(results, _title):
        rows = list(group)
        lines += ["", title, _ROW.format(*_COLUMNS, *_MORE)]
        lines += [_line(row, rows) for row in rows]
        lines += [f"    ! {row.target}: {row.first_error[:150]}" for row in rows if row.errors]
    return "\n".join(lines)


def _title(row: Result) -> str:
    connections = f"{row.connections} connection{'s' if row.connections > 1 else ''}"
    workers = f"{row.workers} worker{'s' if row.workers > 1 else ''}"
    tls = ", TLS" if row.tls else ""
    return f"{row.case}: {connections}, {workers}, {row.upstream} upstream{tls}"


def _line(row: Result, rows: Sequence[Result]) -> str:
    ours = next((one for one in reversed(rows) if one.target.startswith("stowage")), None)
    ratio = ours.ratios.get(row.target) if ours else None
    low, high = row.cpu_spread or (None, None)
    return _ROW.format(
        row.target,
        _number(row.cpu_us_per_request),
        _number(row.cpu_user_us_per_request),
        _number(row.cpu_system_us_per_request),
        f"{_number(low)}-{_number(high)}",
        _number(row.cpu_s_per_gb, 2),
        _number(row.rps, 0),
        _number(row.p50_ms, 2),
        _number(row.p99_ms, 2),
        _number(row.p999_ms, 2),
        _number(row.rss_mib, 0),
        row.errors,
        f"{ratio.middle:.2f} ({ratio.low:.2f}-{ratio.high:.2f})" if ratio else "",
    )


def _number(value: Figure, digits: int = 1) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
