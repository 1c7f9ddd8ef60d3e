"""Frozen pages of each portal software, written by us, give their golden fields: by their profile, and without knowing it."""

import json
from pathlib import Path

import pytest

from crawlers.article import Page
from crawlers.extract import extract
from crawlers.layout import read_selector
from crawlers.profiles import PROFILES, check_unique

PAGES = Path(__file__).parents[1] / "pages"
NAMES = sorted(page.stem for page in PAGES.glob("*.html"))


def frozen(name):
    golden = json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))
    return (PAGES / f"{name}.html").read_text(encoding="utf-8"), golden


def fields(page: Page) -> dict:
    return {
        "kind": page.kind,
        "title": page.title,
        "lead": page.lead,
        "body": page.body.split("\n") if page.body else None,
        "published": page.published.isoformat() if page.published else None,
        "published_precision": page.published_precision,
        "media": [[item.kind, item.url, item.duration_s] for item in page.media],
    }


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.id)
def test_profile_parses_its_frozen_page(profile):
    html, golden = frozen(profile.id)
    assert profile.recognises(html, golden["url"])
    assert next(each for each in PROFILES if each.recognises(html, golden["url"])) is profile
    assert fields(profile.parse(html, golden["url"])) == golden["profile"]


@pytest.mark.parametrize("name", NAMES)
def test_page_standing_alone_is_extracted(name):
    html, golden = frozen(name)
    assert fields(extract(html, golden["url"], profiles=PROFILES)) == golden["page"]


@pytest.mark.parametrize("name", NAMES)
def test_structure_finds_the_same_without_any_profile(name):
    html, golden = frozen(name)
    found, wanted = fields(extract(html, golden["url"])), golden["page"]
    assert (found["kind"], found["body"], found["published"]) == (wanted["kind"], wanted["body"], wanted["published"])


def test_no_profile_knows_a_page_of_unknown_software():
    html = "<html><body><p>Xin chào</p></body></html>"
    assert not any(profile.recognises(html, "https://vidu.example.vn/") for profile in PROFILES)


def test_two_profiles_of_one_id_are_refused():
    with pytest.raises(ValueError, match="profiles: id used twice: drupal"):
        check_unique((*PROFILES, next(profile for profile in PROFILES if profile.id == "drupal")))


@pytest.mark.parametrize("selector", ["a > b", "h1:first-child", "[href]", "h1,h2"])
def test_layout_reads_only_simple_selectors(selector):
    with pytest.raises(ValueError, match=r"only tag, \.class and #id"):
        read_selector(selector)
