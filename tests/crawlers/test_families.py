"""Articles that we wrote, in the layouts of Vietnamese newspapers and portals, are read alone and as pages of their site."""

import json
import re
from datetime import datetime
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import Environment

from crawlers.dates import LOCAL_TZ
from crawlers.extract import extract, learn
from crawlers.profiles import PROFILES

FAMILIES = Path(__file__).parents[1] / "pages" / "families"
NAMES = sorted(path.stem for path in FAMILIES.glob("*.html"))
ARTICLES = [
    SimpleNamespace(**row | {"at": datetime.fromisoformat(row["at"])})
    for row in json.loads((FAMILIES / "texts.json").read_text(encoding="utf-8"))
]
PREFIX = re.compile(r"^(?:TCO - |BTT - |\(BTB\) - |Lũng Vài (?=[A-Z]))")  # of the paper or the place, before the lead
ALL = list(product(NAMES, range(len(ARTICLES))))


def layout(name):
    return (FAMILIES / f"{name}.html").read_text(encoding="utf-8")


def page(name, number):
    """Returns the address and the HTML of one article in one layout."""
    article = ARTICLES[number]
    path = f"/tin/{article.id}" if "{# lead: inside" in layout(name) else f"/{article.slug}-{article.id}.html"
    url = f"https://{name.replace('_', '-')}.example.vn{path}"
    others = [other for other in ARTICLES if other is not article]
    source = Environment(autoescape=True).from_string(layout(name))
    return url, source.render(a=article, others=others, url=url, path=path)


def check(name, number, found):
    article = ARTICLES[number]
    assert (found.kind, found.title) == ("article", article.title)
    shown = found.published.astimezone(LOCAL_TZ).replace(tzinfo=None)
    assert shown == article.at or ("time: day" in layout(name) and shown.date() == article.at.date())
    told = "\n".join(part for part in (found.lead, found.body) if part).split("\n")
    lines = [PREFIX.sub("", line) for line in told]
    if "captions: plain" in layout(name):  # nothing tells them from the text: they may stay
        lines = [line for line in lines if not article.caption or not line.startswith(article.caption)]
    assert lines == [article.lead, *article.text]
    if "{# lead: apart" in layout(name):
        assert found.lead.endswith(article.lead)


@pytest.mark.parametrize(("name", "number"), ALL)
def test_article_standing_alone_is_read_whole(name, number):
    url, html = page(name, number)
    check(name, number, extract(html, url, profiles=PROFILES))


@pytest.mark.parametrize("name", NAMES)
def test_articles_of_a_site_are_read_whole(name):
    pages = [page(name, number) for number in range(len(ARTICLES))]
    site = learn(pages)
    for number, (url, html) in enumerate(pages):
        check(name, number, extract(html, url, site=site, profiles=PROFILES))
