"""Sources of one host take what lies below their homes; a source alone takes the whole site."""

from collections import Counter
from contextlib import closing
from datetime import date

import pytest

from crawlers.archive import Archive
from crawlers.article import Article
from crawlers.crawl import crawl
from crawlers.fetch import Fetcher
from crawlers.scope import Scope
from crawlers.source import FetchPolicy, Source
from tests.crawlers.portal import HOME_PAGE, article, listing


def scopes(*homes):
    sources = [Source(f"s{number}", "S", home) for number, home in enumerate(homes)]
    return [Scope(source, sources) for source in sources]


@pytest.mark.parametrize("home", ["https://a.vn/", "https://a.vn/tin/index.html"])
def test_source_alone_on_its_host_has_all_of_it(home):
    [scope] = scopes(home)
    assert scope.holds("https://a.vn/khac/bai-1.html")


def test_departments_of_one_portal_take_their_own_folders():
    health, school = scopes("https://a.vn/so-y-te/", "https://a.vn/So-GDDT/trang-chu.html")
    assert health.holds("https://a.vn/so-y-te/bai-1")
    assert not health.holds("https://a.vn/so-y-te-du-phong/bai-1")
    assert school.holds("https://a.vn/so-gddt/bai-2")
    assert not school.holds("https://a.vn/so-y-te/bai-1")


def test_source_at_the_root_leaves_a_channel_what_is_the_channels():
    paper, radio = scopes("https://www.a.vn/", "https://a.vn/phat-thanh")
    assert [paper.holds("https://a.vn/phat-thanh/1"), paper.holds("https://a.vn/tin/1")] == [False, True]
    assert [radio.holds("https://a.vn/phat-thanh/1"), radio.holds("https://a.vn/tin/1")] == [True, False]


def test_hosts_apart_do_not_bound_each_other():
    one, other = scopes("https://a.vn/tin/", "https://b.vn/")
    assert one.holds("https://a.vn/khac/1")
    assert other.holds("https://b.vn/tin/1")


def test_two_sources_of_one_host_store_each_its_own_articles(server, tmp_path):
    for part, numbers in (("so-y-te", (1, 2, 3)), ("so-gd", (4, 5, 6))):
        server.routes[f"/{part}/"] = HOME_PAGE.replace(b"href='/tin'", f"href='/{part}/tin'".encode())
        rows = listing([(number, 3 * number) for number in reversed(numbers)]).replace(
            b"'/tin/", f"'/{part}/tin/".encode()
        )
        server.routes[f"/{part}/tin"] = rows.replace(
            b"<ul>", b"<p><a href='/so-y-te/'>Y</a> <a href='/so-gd/'>G</a></p><ul>"
        )
        server.routes |= {f"/{part}/tin/{number}": article(number, 3 * number) for number in numbers}
    sources = [Source(part, part, server.url(f"{part}/")) for part in ("so-y-te", "so-gd")]
    span = {"since": date(2020, 9, 1), "until": date(2020, 9, 20), "night": date(2020, 9, 21)}
    with Fetcher(FetchPolicy(delay_s=0)) as fetcher, closing(Archive(tmp_path)) as archive:
        events = list(crawl(sources, fetcher, archive, {}, **span, learnt={}, proved={}))
    found = Counter(event.source_id for event in events if isinstance(event, Article))
    assert found == {"so-y-te": 3, "so-gd": 3}
