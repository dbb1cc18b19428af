"""
`python -m bench [--short] [--page]`: measure, print, write `bench-results.json`, hold the gate.
"""

import argparse
import json
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

from bench import gate, machine, page, session, table
from bench.burst import STOPPED
from bench.measure import Pace
from bench.results import Result
from bench.stage import ALL, FULL, PAGE, SHORT, Stage, present

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "bench-results.json"
SHORT_BUDGET_SECONDS = 215.0
"""For the measuring: with memory at rest before and the gate after it stays under five minutes."""
PAGE_BUDGET_SECONDS = 520.0
"""For the measuring alone: with what is started and stopped between it stays under 12 minutes."""


def main(arguments: Sequence[str]) -> int:
    """
    Run the benchmark; 0 unless Stowage could not be measured at all, or the gate is not passed.
    """
    wish = _parse(arguments)
    versions = {one.name: one.find() for one in ALL}
    missing = [name for name, version in versions.items() if not version]
    facts = machine.describe({k: v for k, v in versions.items() if v}, missing)
    _say(f"left out, not on this machine: {', '.join(missing) or 'nothing'}")
    wanted = wish.targets.split(",") if wish.targets else [k for k in versions if k not in missing]
    stages, pace, budget = _find_extent(wish)
    plan = session.Plan(
        stages=present(stages, wanted),
        pace=pace,
        deadline=time.monotonic() + budget,
        cases=frozenset(wish.cases.split(",")) if wish.cases else None,
    )
    results: list[Result] = []

    def report(rows: Sequence[Result]) -> None:
        # A run that is cut off leaves what it has measured.
        results.extend(rows)
        _say(table.render(rows))
        found = [asdict(result) for result in results]
        wish.output.write_text(json.dumps({"machine": facts, "results": found}, indent=1) + "\n")

    session.run(plan, report)
    _say(f"\n{len(results)} results in {wish.output}")
    if wish.page:
        page.write(page.load(wish.output))
    is_measured = any(row.target.startswith("stowage") and row.rps for row in results)
    return max(gate.main(()), 0 if is_measured else 1)


def _find_extent(wish: argparse.Namespace) -> tuple[Sequence[Stage], Pace, float]:
    """
    Return what is run, how long and how often, and for how many seconds in all.
    """
    if wish.short:
        return SHORT, session.SHORT_PACE, SHORT_BUDGET_SECONDS
    if wish.page and not wish.full:
        return PAGE, session.PAGE_PACE, PAGE_BUDGET_SECONDS
    return FULL, session.FULL_PACE, 1e9


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="Stowage beside its peers.")
    parser.add_argument("--short", action="store_true", help="main cases in under 5 minutes")
    parser.add_argument("--page", action="store_true", help="write the page of the documentation")
    parser.add_argument("--full", action="store_true", help="with --page: every case, for an hour")
    parser.add_argument("--cases", default="", help="only these, comma separated")
    parser.add_argument("--targets", default="", help="only these, comma separated")
    parser.add_argument("--output", type=Path, default=RESULTS, help="where the results go")
    return parser.parse_args(arguments)


def _stop(*_: object) -> NoReturn:
    """
    End as Ctrl-C does, so that what was started is stopped: nginx's workers outlive a killed nginx.
    """
    STOPPED.set()
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("stopped before the end")
