"""The sample province: its texts are what the brief of a sample asks for, and its server behaves as a real one."""

import os
import re
import subprocess
import sys
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html import unescape
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests

from pipeline.sample import SampleProvince, labels, load_articles
from pipeline.sample.texts import CREDIT, OUTLETS, SampleArticle

ROOT = Path(__file__).parents[2]
FACTS = tomllib.loads((ROOT / "pipeline/sample/facts.toml").read_text(encoding="utf-8"))
CAMPAIGN = tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8"))
PHASES = {row["id"]: (row["first_day"], row["last_day"]) for row in CAMPAIGN["phase"]}
ARTICLES = load_articles()
OWN = [article for article in ARTICLES if article.reprint_of is None]
NOW = datetime(2026, 11, 24, 3, 15, tzinfo=UTC)  # a Tuesday, 10:15 in Vietnam
LISTINGS = {  # where a reader of each site starts turning pages
    "baosonkhe": ["chinh-tri", "kinh-te", "xa-hoi", "van-hoa", "quoc-phong-an-ninh"],
    "ptth": ["news/thoi-su", "news/chinh-tri", "news/kinh-te", "news/van-hoa-xa-hoi", "news/chuyen-de"],
    "tapchi": [""],
    "sonoivu": ["Pages/tintuc.aspx"],
    "sotttt": ["tin-tuc"],
    "thachbinh": ["tin-tuc-su-kien"],
    "nampan": ["web/guest/tin-tuc"],
    "congtinh": ["tin-tuc"],
}
TURNS = re.compile(r"[?&_](page|trang|p|cur)=\d|/page/\d|/trang-\d")  # addresses of deeper listing pages


@pytest.fixture(scope="module")
def province() -> Iterator[SampleProvince]:
    with SampleProvince(0, now=lambda: NOW) as served:
        yield served


@pytest.fixture
def web() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def phase_of(article: SampleArticle) -> str:
    day = article.published.date()
    return next(phase for phase, (first, last) in PHASES.items() if first <= day <= last)


def sentences(article: SampleArticle) -> set[tuple[str, ...]]:
    text = f"{article.title}\n{article.lead}\n{article.body}"
    parts = re.split(r"(?<=[.!?…:;])\s+|\n+", text.lower())
    return {tuple(re.findall(r"\w+", part)) for part in parts}


def shingles(article: SampleArticle) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", f"{article.title} {article.lead} {article.body}".lower())
    return {tuple(words[start : start + 5]) for start in range(len(words) - 4)}


# --- The texts --------------------------------------------------------------------------------------------------------


def test_there_are_enough_outlets_and_articles_over_the_whole_campaign():
    days = [article.published.date() for article in ARTICLES]
    assert {article.outlet for article in ARTICLES} == set(OUTLETS)
    assert len(ARTICLES) >= 160
    assert (min(days), max(days)) >= (date(2020, 9, 1), date(2020, 12, 15))
    assert max(days) <= date(2020, 12, 31)


def test_every_text_has_60_to_300_words_with_its_lead_and_is_nfc():
    for article in ARTICLES:
        assert 60 <= len(f"{article.lead} {article.body}".split()) <= 300, article.key
        text = article.title + article.lead + article.body
        assert unicodedata.is_normalized("NFC", text), article.key
        assert article.lead not in article.body, article.key


def test_slugs_are_ascii_and_unique_within_an_outlet():
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", article.slug) for article in ARTICLES)
    assert len(labels()) == len(ARTICLES)
    assert len({(article.outlet, article.published) for article in ARTICLES}) == len(ARTICLES)


def test_no_sentence_of_ten_words_stands_in_two_articles():
    seen = defaultdict(list)
    for article in OWN:
        for sentence in sentences(article):
            if len(sentence) >= 10:
                seen[sentence].append(article.key)
    assert {" ".join(sentence): keys for sentence, keys in seen.items() if len(keys) > 1} == {}


def test_topics_are_those_of_the_campaign_and_all_of_them_occur():
    known = {row["id"] for row in CAMPAIGN["topic"]}
    assert {topic for topics in labels().values() for topic in topics} == known


def test_reprints_are_near_copies_that_name_their_source_and_come_later():
    articles = {article.key: article for article in ARTICLES}
    for copy in (article for article in ARTICLES if article.reprint_of):
        original = articles[tuple(copy.reprint_of.split("/"))]
        ours, theirs = shingles(copy), shingles(original)
        assert copy.body.startswith(CREDIT)
        assert copy.topics == original.topics
        assert timedelta(hours=1) < copy.published - original.published < timedelta(days=2)
        assert len(ours & theirs) / len(ours | theirs) > 0.85, copy.key


# --- The planted facts ------------------------------------------------------------------------------------------------


def test_facts_count_the_articles_of_every_outlet_and_phase():
    counted = Counter((article.outlet, phase_of(article)) for article in ARTICLES)
    planted = {(outlet, phase): n for outlet, phases in FACTS["articles"].items() for phase, n in phases.items()}
    assert {key: n for key, n in planted.items() if n} == counted


def test_facts_name_every_reprint():
    planted = {(row["outlet"], row["slug"]): row["of"] for row in FACTS["reprint"]}
    assert planted == {article.key: article.reprint_of for article in ARTICLES if article.reprint_of}


def test_facts_name_exactly_the_duties_that_true_topics_leave_unmet():
    planted = {(row["outlet"], row["phase"], row["topic"]) for row in FACTS["gap"]}
    assert planted == {key for duty in CAMPAIGN["duty"] for key in unmet(duty)}


def unmet(duty: dict) -> Iterator[tuple[str, str, str]]:
    for outlet in CAMPAIGN["outlet"]:
        if outlet["id"] == duty.get("outlet") or duty.get("group") in outlet["groups"]:
            items = [a for a in ARTICLES if a.outlet == outlet["id"] and duty["topic"] in a.topics]
            items = [article for article in items if phase_of(article) == duty["phase"]]
            minutes = sum(article.video_seconds or 0 for article in items) / 60
            few = len(items) < duty.get("min_items", 0) or minutes < duty.get("min_minutes", 0)
            if few or silence(items, duty["phase"]) > duty.get("max_gap_days", 999):
                yield outlet["id"], duty["phase"], duty["topic"]


def silence(items: list[SampleArticle], phase: str) -> int:
    first, last = PHASES[phase]
    days = sorted({first - timedelta(1), last + timedelta(1)} | {article.published.date() for article in items})
    return max((after - before).days - 1 for before, after in pairwise(days))


# --- The server -------------------------------------------------------------------------------------------------------


def test_every_article_page_shows_title_lead_and_body(province, web):
    urls = province.urls
    for article in ARTICLES:
        if article.outlet != "congtinh":
            page = unescape(web.get(urls[article.key]).text)
            assert article.title in page
            assert article.lead in page
            assert all(paragraph in page for paragraph in article.paragraphs), article.key


def test_the_same_bytes_come_on_every_start(web):
    when = [NOW, NOW + timedelta(days=1)]
    with SampleProvince(0, now=lambda: when[0]) as first:
        before = {outlet: web.get(home).text.replace(home, "/") for outlet, home in first.homes.items()}
    with SampleProvince(0, now=lambda: when[1]) as second:
        after = {outlet: web.get(home).text.replace(home, "/") for outlet, home in second.homes.items()}
    same = {outlet for outlet in OUTLETS if before[outlet] == after[outlet]}
    assert same == set(OUTLETS) - set(FACTS["header_clock"]["outlets"])


def test_headers_with_a_clock_show_the_visitors_day(province, web):
    for outlet in FACTS["header_clock"]["outlets"]:
        assert "Thứ Ba, 24/11/2026 - 10:15" in web.get(province.homes[outlet]).text


@pytest.mark.parametrize("outlet", OUTLETS)
def test_validators_bring_304(province, web, outlet):
    page = next(url for (owner, _), url in reversed(province.urls.items()) if owner == outlet)
    first = web.get(page)
    again = web.get(page, headers={"If-None-Match": first.headers["ETag"]})
    since = web.get(page, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    other = web.get(page, headers={"If-None-Match": '"x"', "If-Modified-Since": first.headers["Last-Modified"]})
    assert [answer.status_code for answer in (first, again, since, other)] == [200, 304, 304, 200]
    assert not again.content


@pytest.mark.parametrize("outlet", OUTLETS)
def test_unknown_addresses_bring_404_and_robots_are_there(province, web, outlet):
    home = province.homes[outlet]
    assert web.get(urljoin(home, "khong-co-trang-nay")).status_code == 404
    assert web.get(urljoin(home, "robots.txt")).text.startswith("User-agent: *\n")


@pytest.mark.parametrize("outlet", OUTLETS)
def test_a_soft_404_is_linked_from_the_site(province, web, outlet):
    url = urljoin(province.homes[outlet], FACTS["soft_404"][outlet])
    page = web.get(url)
    linked = {urljoin(page.url, href) for href in links(web.get(province.homes[outlet]).text)}
    assert page.status_code == 200
    assert "Không tìm thấy trang" in page.text
    assert url in linked


def links(page: str) -> list[str]:
    return [unescape(href) for href in re.findall(r'href="([^"#]+)"', page)]


def turn_pages(web: requests.Session, home: str, starts: list[str]) -> set[str]:
    """Gives every address that the listing pages link to."""
    todo, seen, found = [urljoin(home, start) for start in starts], set(), set()
    while todo:
        url = todo.pop()
        seen.add(url)
        answer = web.get(url)
        if answer.ok:
            linked = {urljoin(answer.url, href) for href in links(answer.text)}
            found |= linked
            base = url.split("?")[0].split("/page/")[0].split("/trang-")[0].rstrip("/")
            todo += [link for link in linked - seen if link.startswith(base) and TURNS.search(link)]
            seen |= set(todo)
    return found


@pytest.mark.parametrize("outlet", OUTLETS)
def test_listing_pages_lead_to_every_article(web, outlet):
    with SampleProvince(0, mended=True) as whole:
        found = turn_pages(web, whole.homes[outlet], LISTINGS[outlet])
        missing = {key for key, url in whole.urls.items() if key[0] == outlet and url not in found}
    assert missing == set()


def test_the_portal_is_down_until_mended(web):
    facts = FACTS["unobserved"]
    with SampleProvince(0) as broken:
        home, urls = broken.homes["congtinh"], broken.urls
        article = urls["congtinh", facts["article"]]
        deep = urljoin(home, "tin-tuc?p=2")
        assert [web.get(url).status_code for url in (home, deep, article)] == [200, 503, 503]
        broken.mend()
        assert [web.get(url).status_code for url in (home, deep, article)] == [200, 200, 200]


def test_while_it_is_down_nothing_before_the_planted_day_can_be_found(web):
    facts = FACTS["unobserved"]
    with SampleProvince(0) as broken:
        home = broken.homes["congtinh"]
        front = {urljoin(home, href) for href in links(web.get(home).text)}
        found = front | turn_pages(web, home, LISTINGS["congtinh"])
        urls = {url: key for key, url in broken.urls.items() if key[0] == "congtinh"}
    days = {article.key: article.published.date() for article in ARTICLES}
    assert min(days[urls[url]] for url in found if url in urls) == facts["last_day"]
    assert days["congtinh", facts["article"]] == facts["article_day"]


def test_a_post_mends_a_province_served_by_hand(web):
    with SampleProvince(0) as broken:
        home = broken.homes["congtinh"]
        assert web.post(urljoin(home, "__mend")).status_code == 204
        assert web.get(urljoin(home, "tin-tuc?p=2")).status_code == 200


def test_feeds_and_sitemaps_hold_what_they_promise(province, web):
    paper, station, magazine = (province.homes[outlet] for outlet in ("baosonkhe", "ptth", "tapchi"))
    maps = re.findall("<loc>(.*?)</loc>", web.get(urljoin(paper, "sitemap.xml")).text)
    listed = {url for address in maps for url in re.findall("<loc>(.*?)</loc>", web.get(address).text)}
    assert listed == {url for (outlet, _), url in province.urls.items() if outlet == "baosonkhe"}
    assert web.get(urljoin(paper, "rss/home.rss")).text.count("<item>") == 20
    assert web.get(urljoin(station, "atom.xml")).text.count("<entry>") == 10
    assert web.get(urljoin(magazine, "feed/")).text.count("<item>") == 10


def test_the_requests_are_on_record(web):
    with SampleProvince(0) as served:
        web.get(served.homes["sotttt"], headers={"User-Agent": "thu/1", "If-None-Match": '"x"'})
        (request,) = served.requests["sotttt"]
    assert (request.method, request.target, request.status) == ("GET", "/", 200)
    assert (request.user_agent, request.conditional) == ("thu/1", True)


def test_the_command_prints_every_home_and_serves():
    command = [sys.executable, "-m", "pipeline.sample", "serve", "--port", "0", "--mended"]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8", env=environment) as process:
        homes = dict(process.stdout.readline().split() for _ in OUTLETS)
        page = requests.get(homes["nampan"], timeout=10)
        process.terminate()
    assert tuple(homes) == OUTLETS
    assert "NẬM PÀN" in page.text
