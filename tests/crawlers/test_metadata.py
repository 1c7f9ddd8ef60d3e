"""What a page tells machines: JSON-LD of this page, meta tags, canonical address and language; damage is passed over."""

import pytest

from crawlers.dates import LOCAL_TZ
from crawlers.metadata import read_metadata
from crawlers.tree import parse_tree

URL = "https://bao.example.vn/bai-viet-31.html"


def meta(head):
    return read_metadata(parse_tree(f"<html lang='vi'><head>{head}</head><body><p>a</p></body></html>"), URL)


def ld(text):
    return f'<script type="application/ld+json">{text}</script>'


def days(found):
    return [(claim.kind, f"{claim.value.astimezone(LOCAL_TZ):%d/%m/%Y %H:%M}") for claim in found.dates]


@pytest.mark.parametrize(
    "data",
    [
        '{"@type":"NewsArticle","headline":"Tiêu đề","datePublished":"2020-10-05T08:30:00+07:00"}',
        '{"@graph":[{"@type":"WebPage"},{"@type":["Article"],"headline":"Tiêu đề","datePublished":"2020-10-05T01:30:00Z"}]}',
        '[{"@type":"WebSite","name":"Báo"},{"@type":"http://schema.org/NewsArticle","headline":"Tiêu đề","datePublished":"2020-10-05 08:30:00"}]',
        '{"@type":"NewsArticle","headline":"Tiêu đề","datePublished":"2020-10-05T08:30:00+07:00",}',  # a comma too many
        '<!--{"@type":"NewsArticle","headline":"Tiêu đề","datePublished":"2020-10-05T08:30:00+07:00"}-->',
        '{"@type":"NewsArticle","headline":"Tiêu\nđề","datePublished":"2020-10-05T08:30:00+07:00"}',
    ],
)
def test_json_ld_is_read(data):
    found = meta(ld(data))
    assert (found.headline, days(found)) == ("Tiêu đề", [("json_ld", "05/10/2020 08:30")])


@pytest.mark.parametrize("data", ["{", "", "null", "[[[[]]]]", '"chữ"', "{'a':1}", '{"@type":5}'])
def test_damaged_json_ld_is_passed_over(data):
    assert (meta(ld(data)).headline, meta(ld(data)).dates) == ("", ())


def test_json_ld_of_several_articles_tells_of_this_page_only_by_name_or_address():
    others = '{"@type":"NewsArticle","headline":"Bài khác","datePublished":"2020-09-01"}'
    mine = '{"@type":"NewsArticle","headline":"Bài này","datePublished":"2020-10-05","url":"https://bao.example.vn/bai-viet-31.html"}'
    assert meta(ld(f"[{others},{mine}]")).headline == "Bài này"
    assert meta(ld(f"[{others},{others.replace('khác', 'khác nữa')}]")).dates == ()


@pytest.mark.parametrize("name", ["article:published_time", "pubdate", "DC.date.issued", "datePublished"])
def test_published_meta_is_a_claim(name):
    assert days(meta(f'<meta name="{name}" content="2020-10-05T08:30:00+07:00">')) == [("meta", "05/10/2020 08:30")]


@pytest.mark.parametrize("name", ["article:modified_time", "last-modified", "og:updated_time", "expires", "revised"])
def test_change_is_no_publication(name):
    assert meta(f'<meta name="{name}" content="2020-10-05T08:30:00+07:00">').dates == ()


def test_microdata_counts_only_where_all_items_agree():
    one = '<meta itemprop="datePublished" content="2020-10-05">'
    assert days(meta(one + one)) == [("meta", "05/10/2020 00:00")]
    assert meta(one + one.replace("05", "06")).dates == ()


def test_canonical_address_and_language_are_read_where_the_page_names_them():
    assert meta('<link rel="canonical" href="/bai-goc.html">').canonical == "https://bao.example.vn/bai-goc.html"
    assert meta('<meta property="og:url" content="https://bao.example.vn/x">').canonical == "https://bao.example.vn/x"
    assert meta('<link rel="canonical" href="javascript:void(0)">').canonical is None
    assert meta("").lang == "vi"
    assert meta('<meta property="og:locale" content="en_US">').lang == "en"


def test_escaped_and_marked_up_values_become_plain_text():
    found = meta(ld('{"@type":"Article","headline":"A &amp; B","articleBody":"<p>Một.</p><p>Hai&nbsp;ba.</p>"}'))
    assert (found.headline, found.body) == ("A & B", "Một.\nHai ba.")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("//<![CDATA[\n", "\n//]]>"),
        ("// <!--\n", "\n// -->"),
        ("\n<![CDATA[", "]]> ; "),
        (" <!--", "-->" + " " * 900_000),
        (" " * 900_000 + "// <!--", "-->"),
    ],
    ids=["cdata", "comment", "semicolon", "blanks after", "blanks before"],
)
def test_marks_and_blanks_around_json_ld_are_passed_over(before, after):
    assert meta(ld(f'{before}{{"@type":"Article","headline":"Tiêu đề"}}{after}')).headline == "Tiêu đề"


@pytest.mark.parametrize("mark", [" ", "// ", ", ", "[", "<!--", " ;"])
def test_a_megabyte_of_one_mark_in_json_ld_is_passed_over(mark):
    assert meta(ld(mark * (1_000_000 // len(mark)) + "x")).objects == ()


def test_addresses_that_are_none_name_no_article():
    one = '{"@type":"Article","headline":"Bài khác","url":"http://["}'
    assert meta(ld(f"[{one},{one.replace('khác', 'khác nữa')}]")).headline == ""


def test_claim_keeps_only_the_date():
    author = '{"@type":"Article","headline":"A","datePublished":"Nguyễn Văn Bình, 05/10/2020 08:30"}'
    assert [claim.text for claim in meta(ld(author)).dates] == ["05/10/2020 08:30"]
    assert [claim.text for claim in meta('<meta name="date" content="05/10/2020 - Lê Thị An">').dates] == ["05/10/2020"]
