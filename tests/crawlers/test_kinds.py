"""Pages of all kinds that portals and papers hold, written by us, are told apart; the first line of each says what it is."""

import json
from pathlib import Path

import pytest

from crawlers.dates import LOCAL_TZ
from crawlers.extract import extract
from crawlers.profiles import PROFILES

PAGES = sorted((Path(__file__).parents[1] / "pages" / "kinds").glob("*.html"))


def told(path):
    html = path.read_text(encoding="utf-8")
    wanted = json.loads(html.split("\n", 1)[0].removeprefix("<!--").removesuffix("-->"))
    return wanted, extract(html, wanted["url"], profiles=PROFILES)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_kind_of_a_page_is_told(path):
    wanted, page = told(path)
    kinds = wanted["kind"] if isinstance(wanted["kind"], list) else [wanted["kind"]]
    assert page.kind in kinds


@pytest.mark.parametrize(
    "path",
    [path for path in PAGES if '"kind": "article"' in path.read_text(encoding="utf-8")],
    ids=lambda path: path.stem,
)
def test_article_of_a_rare_shape_is_read(path):
    wanted, page = told(path)
    shown = page.published.astimezone(LOCAL_TZ).replace(tzinfo=None).isoformat()
    assert page.title == wanted["title"]
    assert shown.startswith(wanted["published"])
    assert (page.body or "").split("\n") == wanted.get("body", [""])
    assert page.lead == wanted.get("lead")
    assert [[item.kind, item.url, item.duration_s] for item in page.media] == wanted.get("media", [])


@pytest.mark.parametrize(
    "path",
    [path for path in PAGES if '"kind": "article"' not in path.read_text(encoding="utf-8")],
    ids=lambda path: path.stem,
)
def test_no_date_is_taken_from_the_clock_or_from_a_decision(path):
    wanted, page = told(path)
    if wanted["kind"] != "empty":
        assert page.published is None or "Ngày đăng" in path.read_text(encoding="utf-8")
