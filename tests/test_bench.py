"""`make bench` reads what the benches print, and says so where one does not run."""

import importlib.util
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "bench"


def load(name):
    """Gives a script as a module."""
    spec = importlib.util.spec_from_file_location(f"bench_{name}", FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look for it there
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def benches():
    """The script that runs them all."""
    return load("all")


def test_figures_are_read_from_what_the_benches_print(benches):
    table = "  raw text to topics, file to file            1,081       30    36.03\n  raw text to words   1,500  50  30.00\n"
    assert benches.tagging(table) == {"segment_ratio": 30.0, "tag_per_cpu_s": 1081.0}
    assert benches.extraction("aeb 41.5 pages per CPU s; kinds {}") == {"extract_pages_per_cpu_s": 41.5}
    lines = (
        "  fetch  900 pages/s  1.00 CPU ms/page   1.10 times the pages, 0.90 times the CPU of scrapy\n"
        "  night  90 pages/s  11.50 CPU ms/page\n"
    )
    assert benches.crawling(lines) == {"crawl_ratio_scrapy_tuned": 1.1, "crawl_cpu_ms_per_page": 11.5}
    assert benches.crawling("scrapy: not installed")["crawl_ratio_scrapy_tuned"] is None
    rows = [
        {"articles": 10, "per_s": 9, "per_cpu_s": 9, "peak_mib": 3},
        {"articles": 99, "per_s": 5, "per_cpu_s": 5, "peak_mib": 2},
        {"articles": 99, "per_s": 7, "per_cpu_s": 4, "peak_mib": 2},
    ]
    assert benches.reclassifying(json.dumps({"rows": rows})) == {
        "reclassify_per_s": 7,
        "reclassify_per_cpu_s": 5,
        "reclassify_articles": 99,
        "reclassify_peak_mib": 3,
    }
    small = {"articles": 2_000, "audit_s": 1.0, "audit_html_s": 0.5, "audit_cpu_s": 3.0, "peak_mib": 90}
    small |= {"night_s": 0.2, "night_html_s": 0.4, "night_cpu_s": 0.9}
    assert benches.auditing("noise\n" + json.dumps({"bench": "audit_scale", "rows": [small]}))["audit_1e6_s"] is None
    assert benches.auditing(json.dumps({"rows": [small | {"articles": 10**6}]}))["audit_1e6_s"] == 1.5
    assert (
        benches.auditing(json.dumps({"rows": [small, small | {"articles": 9_000, "audit_cpu_s": 4.0}]}))["audit_cpu_s"]
        == 4.0
    )
    assert (
        benches.nights(json.dumps({"rows": [{"articles": 10**6, "cpu_s": 3.0, "peak_mib": 90}]}))["nightly_1e6_cpu_s"]
        == 3.0
    )
    assert benches.rows_of("no rows\n") == benches.rows_of("") == []
    cut = {"words": "to segment", "per_cpu_s": 108.0, "articles": 99, "peak_mib": 700}
    assert benches.classifying(json.dumps({"rows": [cut | {"words": "kept", "per_cpu_s": 9_000.0}, cut]})) == {
        "classify_per_cpu_s": 108.0,
        "classify_peak_mib": 700,
    }
    assert benches.remembering("crawl     1.10 times the memory for 10 times") == {"crawl_memory_ratio": 1.1}
    filters = f"{'rare word':<28}" + "".join(f"{n:>8.0f}" for n in (34, 136, 10, 12, 20, 2))
    assert benches.browsing(f"{filters}\n{filters.replace('136', ' 90')}\n") == {"browse_p95_ms": 136.0}
    read = {"next_item_ms": {"p50": 39.0, "p95": 77.0}, "lost": 0, "doubled": 1}
    assert benches.reviewing(f"made a store\n{json.dumps(read, indent=2)}") == {
        "review_next_p95_ms": 77.0,
        "review_lost": 1,
    }


def test_audit_and_the_night_after_it_are_told_apart(benches):
    scale = load("audit_scale")
    first = {"audit_s": 9.0, "html_s": 1.0, "cpu_s": 12.0, "peak_mib": 80, "html_mib": 2.0, "items": 5}
    again = {"audit_s": 3.0, "html_s": 0.5, "cpu_s": 4.0, "peak_mib": 90, "html_mib": 2.1, "items": 6}
    row = scale.row_of(10**6, first, again)
    figures = benches.auditing(json.dumps({"rows": [row]}))
    assert (figures["audit_1e6_s"], figures["audit_cpu_s"], figures["audit_peak_mib"]) == (10.0, 12.0, 90)
    assert (row["night_s"], row["night_html_s"], row["night_cpu_s"]) == (3.0, 0.5, 4.0)


def test_growth_is_shown_one_size_a_line(benches, capsys):
    benches.show([{"articles": 10, "cpu_s": 1.5}, {"articles": 10_000, "cpu_s": 1.75}])
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["articles", "cpu_s"],
        ["10", "1.5"],
        ["10000", "1.75"],
    ]
    benches.show([{"articles": 10}])
    assert capsys.readouterr().out == ""


def test_bench_that_does_not_run_leaves_null_and_says_why(benches):
    absent = replace(benches.BENCHES[0], file="no_such_bench.py")
    figures, went = benches.run(absent, quick=True)
    assert figures == {"segment_ratio": None, "tag_per_cpu_s": None}
    assert "no_such_bench.py" in went["why"]
