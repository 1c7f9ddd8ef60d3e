"""Feeds and sitemaps, also damaged ones, give the pages and dates they name."""

import base64
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.discover import feeds_in, parse_sitemap, read_feed
from crawlers.errors import ParseError

PROBES, OWN = (
    json.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))["feeds"]
    for name in ("cases.json", "own_cases.json")
)
URL = "https://baox.vn/rss"


def entries_of(body, url):
    return list(read_feed(body, url).entries)


@pytest.mark.parametrize("case", PROBES, ids=lambda case: case["case"])
def test_damaged_feed_gives_its_items(case):
    entries = entries_of(base64.b64decode(case["bytes_base64"]), URL)
    whole = 4 if case["case"] == "truncated" else case["items"]  # the fifth breaks off before its address
    assert all(entry.url.startswith("https://") for entry in entries)
    assert len({entry.url for entry in entries}) == len(entries)
    assert len(entries) == whole


@pytest.mark.parametrize("case", OWN, ids=lambda case: case["case"])
def test_own_damaged_feed_gives_its_items_with_their_days(case):
    entries = entries_of(base64.b64decode(case["bytes_base64"]), "https://baoy.vn/rss")
    days = [entry.at.date().isoformat() for entry in entries]
    assert days == [f"2020-09-{number:02}" for number in range(1, case["items"] + 1)]
    assert all(entry.url.startswith("https://baoy.vn/tin") for entry in entries)
    assert len({entry.url for entry in entries}) == case["items"]


def test_query_of_a_feed_keeps_keys_that_look_like_entities():
    [entry] = entries_of(rss("<item><link>/ct?id=1&copy=2&lang=vi</link></item>"), URL)
    assert entry.url == "https://baox.vn/ct?id=1&copy=2&lang=vi"
    [entry] = entries_of(rss("<item><link><![CDATA[/ct?id=1&copy=2]]></link></item>"), URL)
    assert entry.url == "https://baox.vn/ct?id=1&copy=2"


@pytest.mark.parametrize(
    ("items", "whole"),
    [
        ("<item><link>/a</link></item><item><link>/b</link></item>", True),
        ("<item><link>/a</link></item><item><title>Không có địa chỉ</title></item>", False),
        ("<item><link>/a</link></item><item><link>/b", False),
        ("<item><link>/a</link><description><![CDATA[<item >]]></description></item><!-- <item> -->", True),
    ],
)
def test_feed_says_whether_every_item_could_be_read(items, whole):
    assert read_feed(rss(items), URL).whole == whole


def rss(items, head=""):
    return f'{head}<rss version="2.0"><channel><title>Báo</title><link>https://baox.vn/</link>{items}</channel></rss>'.encode()


def test_feed_dates_without_a_zone_are_local_and_day_comes_first():
    [entry] = entries_of(rss("<item><link>/a</link><pubDate>05/09/2020 08:30</pubDate></item>"), URL)
    assert entry.at == datetime(2020, 9, 5, 1, 30, tzinfo=UTC)


def test_feed_that_writes_months_first_is_found_out():
    items = "".join(f"<item><link>/{d}</link><pubDate>9/{d}/2020 3:30:00 PM</pubDate></item>" for d in (5, 13))
    assert [entry.at.day for entry in entries_of(rss(items), URL)] == [5, 13]


def test_feed_in_a_legacy_charset_keeps_its_titles():
    title = "Ủy ban nhân dân tỉnh họp".replace("Ủ", "U\u0309").replace("ỉ", "i\u0309").replace("ọ", "o\u0323")
    body = rss(f"<item><title>{title}</title><link>/a</link></item>", '<?xml version="1.0" encoding="utf-8"?>')
    assert entries_of(body.decode().encode("cp1258"), URL)[0].title == "Ủy ban nhân dân tỉnh họp"


def test_enclosures_carry_durations():
    item = (
        '<item><link>/v</link><enclosure url="/v.mp4" type="video/mp4"/>'
        '<itunes:duration xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">01:02:03</itunes:duration></item>'
    )
    [media] = entries_of(rss(item), URL)[0].media
    assert (media.kind, media.url, media.duration_s) == ("video", "https://baox.vn/v.mp4", 3723.0)


@pytest.mark.parametrize("body", [b"", b"<html><body>Not a feed</body></html>", b"/etc/passwd", b"%PDF-1.4"])
def test_what_is_no_feed_is_refused(body):
    with pytest.raises(ParseError, match=r"https://baox\.vn/rss"):
        entries_of(body, URL)


def test_feeds_are_found_in_link_tags_and_links():
    page = (
        '<head><link rel="alternate" type="application/rss+xml" href="/feed/">'
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed/"></head>'
        '<a href="/rss/chinh-tri.rss">RSS</a><a href="https://khac.vn/rss">x</a><a href="/express-tin">x</a>'
    )
    assert feeds_in(page, "https://baox.vn/") == ("https://baox.vn/feed/", "https://baox.vn/rss/chinh-tri.rss")


NEWS = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="n"><url><loc>
https://baox.vn/a?x=1&amp;y=2 </loc><lastmod>2020-09-10</lastmod><news:news>
<news:publication_date>2020-09-05T08:30:00+07:00</news:publication_date><news:title>Tin A</news:title></news:news></url>
<url><loc>/b</loc><lastmod>2020-09-07</lastmod></url></urlset>"""


@pytest.mark.parametrize(
    "body", [NEWS, gzip.compress(NEWS), b"\n\n" + NEWS, NEWS[:-9], NEWS.replace(b' xmlns:news="n"', b"")]
)
def test_sitemap_gives_pages_and_dates(body):
    one, two = parse_sitemap(body, "https://baox.vn/sitemap.xml").entries
    assert (one.url, one.title, one.changed_only) == ("https://baox.vn/a?x=1&y=2", "Tin A", False)
    assert one.at == datetime(2020, 9, 5, 1, 30, tzinfo=UTC)
    assert (two.url, two.precision, two.changed_only) == ("https://baox.vn/b", "day", True)


def test_sitemap_index_gives_children():
    body = b"<sitemapindex><sitemap><loc>/s/2020-09.xml</loc><lastmod>2020-09-30</lastmod></sitemap></sitemapindex>"
    [(url, changed)] = parse_sitemap(body, "https://baox.vn/sitemap.xml").children
    assert (url, changed.date().isoformat()) == ("https://baox.vn/s/2020-09.xml", "2020-09-29")


def test_plain_list_is_a_sitemap():
    assert len(parse_sitemap(b"https://baox.vn/a\nhttps://baox.vn/b\n", URL).entries) == 2


def test_entities_are_never_read():
    evil = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
        b"<urlset><url><loc>https://baox.vn/&e;a</loc></url></urlset>"
    )
    assert [entry.url for entry in parse_sitemap(evil, URL).entries] in (
        [],
        ["https://baox.vn/"],
        ["https://baox.vn/a"],
    )


@pytest.mark.parametrize("body", [b"", b"<html><body>404</body></html>", b"Not Found", gzip.compress(b"x" * 99)[:-30]])
def test_what_is_no_sitemap_is_refused(body):
    with pytest.raises(ParseError, match=r"https://baox\.vn"):
        parse_sitemap(body, URL)


@pytest.mark.parametrize(
    "noise",
    [b"<!DOCTYPE[", b"<?xml ", b"<!--", b"<![CDATA[", b" "],
    ids=["doctype", "xml", "comment", "cdata", "blank"],
)
def test_a_megabyte_of_one_mark_before_or_in_a_feed_is_read(noise):
    feed = b"<rss version='2.0'><channel><item><link>http://a.vn/1</link></item>"
    mass = noise * (1_000_000 // len(noise))
    assert [entry.url for entry in read_feed(feed + mass, "http://a.vn/rss").entries][:1] == ["http://a.vn/1"]
    if noise != b"<![CDATA[":
        assert [entry.url for entry in read_feed(mass + feed, "http://a.vn/rss").entries][:1] == ["http://a.vn/1"]


def test_declarations_at_the_head_name_no_items():
    head = b'<?xml version="1.0"?>\n<!DOCTYPE rss [ <!ENTITY a "<rss version=\'2.0\'><item>"> ]>\n'
    body = b"<rss version='2.0'><channel><!-- <item> --><item><link>http://a.vn/1</link></item></channel></rss>"
    found = read_feed(head + body, "http://a.vn/rss")
    assert (found.whole, [entry.url for entry in found.entries]) == (True, ["http://a.vn/1"])


def test_sitemap_that_breaks_off_says_so():
    pages = "".join(f"<url><loc>https://baox.vn/{n}</loc><lastmod>2020-09-05</lastmod></url>" for n in range(200))
    whole = (
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{pages}</urlset><!-- from the cache -->'.encode()
    )
    packed = gzip.compress(whole)
    assert [parse_sitemap(body, URL).cut for body in (whole, packed)] == [False, False]
    assert [parse_sitemap(body, URL).cut for body in (whole[:9_000], packed[: len(packed) // 2])] == [True, True]
