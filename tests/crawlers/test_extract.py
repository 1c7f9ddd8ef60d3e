"""A page becomes its fields whatever it is: whole, hostile, empty, or not a page at all."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.article import Page
from crawlers.errors import ParseError
from crawlers.extract import extract
from crawlers.profiles import PROFILES
from crawlers.source import Profile

URL = "https://bao.example.vn/hoi-nghi-so-ket-cong-tac-dan-van-118.html"
TITLE = "Hội nghị sơ kết công tác dân vận"
PARAGRAPHS = (
    "Sáng nay, Huyện ủy tổ chức hội nghị sơ kết công tác dân vận chín tháng, triển khai nhiệm vụ ba tháng cuối năm.",
    "Toàn huyện có 214 mô hình dân vận khéo, trong đó 37 mô hình được tỉnh biểu dương và nhân rộng ra các xã khác.",
)
TEXT = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
ARTICLE = f"<html><head><title>{TITLE} - Báo</title></head><body><h1>{TITLE}</h1><i>05/10/2020</i>{TEXT}</body></html>"

HOSTILE = {
    "five megabytes": ARTICLE.replace(TEXT, TEXT * 20_000),
    "one long line": f"<h1>{TITLE}</h1><p>{'đồng chí chủ tịch dự họp, ' * 40_000}</p>",
    "ten thousand divs": f"<h1>{TITLE}</h1>{'<div>' * 10_000}{TEXT}{'</div>' * 10_000}",
    "ten thousand bold": f"{'<p><b>' * 10_000}{TEXT}",
    "hidden boxes in one another": f"{'<div hidden>' * 240}{TEXT * 50}{'<p>x</p>' * 5_000}",
    "tag with too many attributes": f"<div {' '.join(f'a{n}=b' for n in range(100_000))}>{TEXT}</div>",
    "huge script": f"<script>{'file:x.mp4;' * 200_000}</script>{ARTICLE}",
    "rows without end": f"<ul>{'<li><a href=/a-b-c.html>Hội nghị sơ kết công tác dân vận</a> 05/10/2020</li>' * 20_000}</ul>",
    "nul bytes": ARTICLE.replace("Sáng", "S\x00áng"),
    "surrogates": ARTICLE.replace("Sáng", "\ud800Sáng\udfff"),
    "no body": "<html><head><title>Xin chào</title></head></html>",
    "frames": "<frameset><frame src=a.html></frameset>",
    "xml": f"<?xml version='1.0'?><rss><channel>{'<item><title>Tin</title><link>/1</link></item>' * 100}</channel></rss>",
    "deep json": f"<script type='application/ld+json'>{'[' * 50_000}</script>{ARTICLE}",
    "json of wrong types": '<script type="application/ld+json">{"@type":[[1]],"headline":5,"datePublished":[1],"publisher":[1],'
    f'"mainEntityOfPage":[1],"video":{{"@type":"VideoObject","contentUrl":7,"duration":[]}}}}</script>{ARTICLE}',
    "broken addresses": f"<link rel=canonical href='http://[x'><a href='http://[y'>{TITLE}</a><video src='http://[z.mp4'></video>{TEXT}",
    "only a comment": "<!-- -->",
    "spaces": " \n\t ",
    "nothing": "",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_page_is_a_page(name):
    found = extract(HOSTILE[name], URL, profiles=PROFILES)
    assert isinstance(found, Page)
    assert found.kind in {"article", "listing", "document", "section", "empty", "other"}


@pytest.mark.parametrize("name", ["nul bytes", "surrogates", "huge script", "deep json"])
def test_article_inside_a_hostile_page_is_found(name):
    found = extract(HOSTILE[name], URL, profiles=PROFILES)
    assert (found.kind, found.title) == ("article", TITLE)
    assert PARAGRAPHS[1] in found.body


@pytest.mark.parametrize("name", ["no body", "frames", "only a comment", "spaces", "nothing"])
def test_page_without_text_is_empty_and_its_fields_unknown(name):
    found = extract(HOSTILE[name], URL)
    assert (found.kind, found.lead, found.body, found.published) == ("empty", None, None, None)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from(" <>/=\"'abdivph1tr&;#-!5/10:20\x00ạ\u0323\u200b"), max_size=200))
def test_no_soup_of_tags_raises(soup):
    assert extract(soup, URL, profiles=PROFILES).url == URL


def test_fields_are_normal_text():
    decomposed = unicodedata.normalize("NFD", ARTICLE).replace("Huyện", "Huyện\u200b").replace(", ", ",\xa0 ")
    found = extract(decomposed, URL)
    assert (found.title, found.body) == (TITLE, "\n".join(PARAGRAPHS))


def test_provenance_tells_where_each_field_came_from():
    found = extract(ARTICLE, URL)
    assert found.provenance == {"title": "meta", "body": "page", "published": "byline"}


def test_profile_that_fails_leaves_the_page_to_the_others():
    def parse(html, url):
        raise ParseError(url, "body")

    profile = Profile("hong", lambda _html, _url: True, parse)
    assert extract(ARTICLE, URL, profiles=(profile,)) == extract(ARTICLE, URL)


def test_date_that_a_profile_takes_from_the_header_clock_is_refused():
    clock = f"<div class='top'><span class='date'>Thứ Hai, 12/10/2020</span></div>{'<hr>' * 5}<div class='menu'>Mục lục</div>"
    page = f"<body>{clock * 1}<p>a</p><p>b</p><p>c</p><p>d</p><h1>{TITLE}</h1><h2 class='detail-sapo'>{PARAGRAPHS[0]}</h2>{TEXT}</body>"
    assert extract(page, URL, profiles=PROFILES).published is None


def test_body_that_only_json_ld_tells_is_taken():
    told = " ".join(PARAGRAPHS * 3)
    data = f'{{"@type":"NewsArticle","headline":"{TITLE}","datePublished":"2020-10-05T08:00:00+07:00","articleBody":"{told}"}}'
    found = extract(
        f"<script type='application/ld+json'>{data}</script><h1>{TITLE}</h1><div id=app>Đang tải trang…</div>", URL
    )
    assert (found.kind, found.body, found.provenance["body"]) == ("article", told, "json_ld")
