import json
from dataclasses import asdict, replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench import aims, charts, page, table
from bench.charts import Bar, Group
from bench.results import Result, Spread

RESULT = Result(
    case="get-1k",
    target="stowage-python",
    upstream="static",
    connections=64,
    tls=False,
    workers=1,
    cpu_us_per_request=130.0,
    cpu_user_us_per_request=90.0,
    cpu_system_us_per_request=40.0,
    cpu_s_per_gb=None,
    rps=7000.0,
    p50_ms=8.0,
    p99_ms=20.0,
    p999_ms=30.0,
    rss_mib=90.0,
    errors=0,
    first_error="",
    operations=3500,
    verified=50,
    cpu_spread=(120.0, 140.0),
    ratios={"nginx": Spread(3.25, 3.0, 3.5)},
)
PEER = replace(RESULT, target="nginx", cpu_us_per_request=40.0, ratios={})
FAILED = replace(
    RESULT, case="get-1m", cpu_us_per_request=None, errors=4, first_error="status 503\nmore"
)
FIELDS = {
    *("case", "target", "upstream", "connections", "tls", "workers", "cpu_us_per_request"),
    *("cpu_s_per_gb", "rps", "p50_ms", "p99_ms", "rss_mib", "errors"),
}


def written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(page, "PAGE", folder / "benchmarks.md")
    monkeypatch.setattr(page, "IMAGES", folder / "images")
    machine = {"cpu": "a processor", "targets": {"nginx": "1.22"}, "missing": ["versitygw"]}
    rows = [asdict(row) for row in (PEER, RESULT, FAILED)]
    file = folder / "results.json"
    file.write_text(json.dumps({"machine": machine, "results": rows}))
    page.write(page.load(file))
    return (folder / "benchmarks.md").read_text()


def test_results_carry_the_fields_that_others_read() -> None:
    assert set(asdict(RESULT)) >= FIELDS


def test_the_page_shows_figures_ratios_and_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = written(tmp_path, monkeypatch)

    assert "| `get-1k` | 40 | 130 |" in text
    assert "| `get-1k` | stowage-python | 3.25 (3.00-3.50) |" in text
    assert "| not on this machine | versitygw |" in text
    assert "- `get-1k`, stowage-python: nginx 3.25\n" in text


def test_the_page_tells_which_aims_are_met() -> None:
    compiled = replace(RESULT, target="stowage-compiled", ratios={"nginx": Spread(1.3, 1.2, 1.4)})

    text = aims.render([PEER, RESULT, compiled, FAILED])

    assert text.splitlines()[2:] == [
        "| `get-1k` | stowage-python | 130 us | 130 us | met |",
        "| `get-1k` | stowage-compiled | 130 us | 65 us | missed: 2.0 times the aim |",
        "| `get-1k` | stowage-compiled | 1.30 of nginx | 1.4 of nginx | met |",
    ]


def test_a_case_that_failed_is_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = written(tmp_path, monkeypatch)

    assert "- `get-1m`, stowage-python, static: 4 of 3504 failed; the first: status 503\n" in text


def test_every_chart_of_the_page_is_written_and_is_xml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = written(tmp_path, monkeypatch)

    for image in (tmp_path / "images").iterdir():
        ET.fromstring(image.read_text())  # noqa: S314  # written by ourselves
        assert f"](../images/{image.name})" in text


def test_bars_are_as_long_as_their_values() -> None:
    svg = charts.render("<title>", [Group("a & b", [Bar("nginx", 10.0), Bar("stowage-x", 40.0)])])

    found = [
        (bar.get("class"), float(bar.get("width", "0")))
        for bar in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}rect")  # noqa: S314  # written by ourselves
    ]
    assert [style for style, _ in found] == ["peer", "ours"]
    assert found[1][1] == pytest.approx(4 * found[0][1])


def test_the_table_puts_our_ratio_beside_each_target() -> None:
    lines = table.render([PEER, RESULT]).splitlines()

    assert lines[1] == "get-1k: 64 connections, 1 worker, static upstream"
    assert lines[3].endswith("3.25 (3.00-3.50)")


def test_the_table_says_what_went_wrong_first() -> None:
    assert "! stowage-python: status 503" in table.render([FAILED])
