"""
What the proxy is meant to reach, and how far each figure is from it.
"""

from collections.abc import Sequence

from bench.results import Result

PYTHON, COMPILED = "stowage-python", "stowage-compiled"
MICROSECONDS = {
    "get-1k": (130, 65),
    "head-1k": (130, 65),
    "presigned-get-1k": (150, 70),
    "put-1k": (130, 70),
    "bad-signature": (70, 35),
    "get-1m": (800, 650),
    "put-1m": (800, 650),
}
"""Of processor time per request: pure Python, compiled."""
SECONDS_PER_GB = {"get-256m": (0.5, 0.5)}
RATIOS = {
    ("get-1k", "caddy"): 0.3,
    ("get-1k", "nginx"): 1.4,
    ("get-256m", "nginx"): 0.5,
}
"""Of the compiled core's processor time to a peer's."""


def render(rows: Sequence[Result]) -> str:
    """
    Return a line of a table for each aim that these results tell of.
    """
    lines = ["| case | target | measured | aim | |", "| --- | --- | --- | --- | --- |"]
    for row in rows:
        if row.target in {PYTHON, COMPILED}:
            lines += _figures(row)
        if row.target == COMPILED:
            lines += _ratios(row)
    return "\n".join(lines)


def _figures(row: Result) -> list[str]:
    lines = []
    for aims, value, unit, digits in (
        (MICROSECONDS, row.cpu_us_per_request, "us", 0),
        (SECONDS_PER_GB, row.cpu_s_per_gb, "s/GB", 2),
    ):
        aim = aims.get(row.case)
        if aim is not None and value is not None:
            wanted = aim[row.target == COMPILED]
            lines.append(
                _line(row, f"{value:,.{digits}f} {unit}", f"{wanted} {unit}", value / wanted)
            )
    return lines


def _ratios(row: Result) -> list[str]:
    found = [(peer, spread.middle) for peer, spread in row.ratios.items()]
    return [
        _line(row, f"{value:.2f} of {peer}", f"{wanted} of {peer}", value / wanted)
        for peer, value in found
        if (wanted := RATIOS.get((row.case, peer)))
    ]


def _line(row: Result, measured: str, aim: str, share: float) -> str:
    verdict = "met" if share <= 1 else f"missed: {share:.1f} times the aim"
    return f"| `{row.case}` | {row.target} | {measured} | {aim} | {verdict} |"
