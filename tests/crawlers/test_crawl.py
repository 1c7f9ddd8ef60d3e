"""One source over real HTTP: what is found, what is proved, and what the next night asks for."""

from __future__ import annotations

from collections import Counter
from datetime import date

from crawlers.dates import local_day
from tests.crawlers.portal import HOME_PAGE, Night, article, listing, run, unsettled


def test_home_alone_leads_to_every_article_and_proves_every_day(portal, source, tmp_path):
    night = run(source, tmp_path)
    assert {url.removeprefix(portal.home) for url in night.articles} == {f"tin/{n}" for n in range(1, 7)}
    assert [local_day(each.published).day for _, each in sorted(night.articles.items())] == [3, 6, 9, 12, 15, 18]
    assert night.open_days == []
    assert night.learnt["listings"] == [portal.url("tin")]


def test_listing_that_a_quiet_night_reads_one_page_of_stays_learnt(portal, source, tmp_path):
    first = run(source, tmp_path)
    second = run(source, tmp_path, night=date(2020, 9, 25), before=first, span=(date(2020, 9, 17), date(2020, 9, 24)))
    assert portal.asked.count("/tin?page=2") == 1
    assert second.learnt["listings"] == [portal.url("tin")]


def test_every_address_is_asked_once_and_has_one_outcome(portal, source, tmp_path):
    night = run(source, tmp_path)
    assert max(Counter(portal.asked).values()) == 1
    assert set(Counter(night.outcomes.values())) <= {"article", "listing", "other", "section", "empty"}


def test_listing_page_that_fails_leaves_the_days_before_its_rows_open(portal, source, tmp_path):
    portal.routes["/tin?page=2"] = (500, {}, b"down")
    night = run(source, tmp_path, retries=0)
    assert night.open_days == list(range(1, 13))
    assert "tin?page=2: answered 500" in str(night.observations[date(2020, 9, 2)].reason)


def test_article_that_fails_leaves_its_own_day_open(portal, source, tmp_path):
    portal.routes["/tin/5"] = (503, {}, b"down")
    night = run(source, tmp_path, retries=0)
    assert night.open_days == [15]
    assert night.failures[portal.url("tin/5")].claimed_day == date(2020, 9, 15)


def test_next_night_mends_what_failed_and_asks_little_else(portal, source, tmp_path):
    portal.routes["/tin/2"] = (503, {}, b"down")
    first = run(source, tmp_path, retries=0)
    portal.routes["/tin/2"] = article(2, 6)
    portal.log.clear()
    second = run(source, tmp_path, night=date(2020, 9, 22), before=first)
    assert [url.removeprefix(portal.home) for url in second.articles] == ["tin/2"]
    assert second.open_days == []
    assert "/tin/1" not in portal.asked


def test_quiet_night_asks_for_lists_and_the_last_days_only(portal, source, tmp_path):
    first = run(source, tmp_path)
    portal.log.clear()
    second = run(source, tmp_path, night=date(2020, 9, 30), before=first)
    assert second.articles == {}
    assert not [path for path in portal.asked if path.startswith("/tin/")]


def test_edited_article_of_the_last_days_is_read_again(portal, source, tmp_path):
    first = run(source, tmp_path)
    portal.routes["/tin/6"] = article(6, 18, "Bà con Phiêng Luông làm xong cả hai tuyến đường bê tông")
    same_night = run(source, tmp_path, before=first)
    assert portal.asked.count("/tin/6") == 1, "a page is asked for once a night"
    assert same_night.open_days == []
    second = run(source, tmp_path, before=first, night=date(2020, 9, 22), relook_days=5)
    assert [each.title for each in second.articles.values()] == [
        "Bà con Phiêng Luông làm xong cả hai tuyến đường bê tông"
    ]


def test_article_says_whether_the_home_page_links_to_it_on_the_night_that_finds_it(portal, source, tmp_path):
    link = "<h2><a href='/tin/{0}'>Bà con làm xong công trình thứ {0} của xã nhà trong tháng chín</a></h2>".format
    portal.routes["/"] = HOME_PAGE.replace(b"</nav>", f"</nav>{link(2)}".encode())
    span = (date(2020, 9, 1), date(2020, 9, 18))
    first = run(source, tmp_path, night=date(2020, 9, 19), span=span)
    front = {url.rsplit("/", 1)[1]: each.front for url, each in first.articles.items()}
    assert front == {"1": None, "2": True, "3": None, "4": None, "5": None, "6": False}  # who knows of older ones?
    portal.routes["/"] = HOME_PAGE.replace(b"</nav>", f"</nav>{link(6)}".encode())
    portal.routes["/tin/5"] = article(5, 15, "Bà con Lũng Vài làm xong con mương")
    portal.routes["/tin/6"] = article(6, 18, "Bà con Phiêng Luông làm xong cả hai tuyến đường")
    second = run(source, tmp_path, night=date(2020, 9, 20), before=first, relook_days=6)
    assert {url.rsplit("/", 1)[1]: each.front for url, each in second.articles.items()} == {"5": None, "6": True}


def test_home_that_is_down_leaves_every_day_open_with_the_reason(server, source, tmp_path):
    server.routes["/"] = (503, {}, b"down")
    night = run(source, tmp_path, retries=0)
    assert night.open_days == list(range(1, 21))
    assert {str(seen.reason) for seen in night.observations.values()} == {f"{server.home}: answered 503"}


def test_spent_budget_proves_nothing_that_was_not_read(portal, source, tmp_path):
    night = run(source, tmp_path, budget_per_host=6)
    unread = {3, 6, 9, 12, 15, 18} - {local_day(each.published).day for each in night.articles.values()}
    assert unread
    assert unread <= set(night.open_days)


def test_page_that_is_gone_is_told_but_keeps_no_day_open(portal, source, tmp_path):
    portal.routes["/tin/5"] = (404, {}, b"gone")
    night = run(source, tmp_path)
    assert night.failures[portal.url("tin/5")].reason == "http_4xx"
    assert night.open_days == []


def test_feed_that_is_broken_is_a_failure_and_the_listing_still_proves(portal, source, tmp_path):
    portal.routes["/"] = HOME_PAGE.replace(
        b"<body>", b"<head><link rel=alternate type='application/rss+xml' href='/rss'></head><body>"
    )
    portal.routes["/rss"] = (200, {"Content-Type": "application/rss+xml"}, b"<html><p>Loi he thong</p></html>")
    night = run(source, tmp_path)
    assert night.failures[portal.url("rss")].stage == "extract"
    assert len(night.articles) == 6
    assert night.open_days == []


def test_undated_listing_is_walked_to_its_end(portal, source, tmp_path):
    undated = [portal.routes[path].replace(b"/09/2020", b"") for path in ("/tin", "/tin?page=2")]
    portal.routes["/tin"], portal.routes["/tin?page=2"] = undated
    night = run(source, tmp_path)
    assert len(night.articles) == 6
    assert night.open_days == []


def test_rerun_of_a_killed_night_reads_from_the_archive(portal, source, tmp_path):
    first = run(source, tmp_path)
    killed = Night(known={key: unsettled(known) for key, known in first.known.items()})
    portal.log.clear()
    again = run(source, tmp_path, before=killed)
    assert not [path for path in portal.asked if portal.routes.get(path)]
    assert {url: (each.title, each.body, each.published) for url, each in again.articles.items()} == {
        url: (each.title, each.body, each.published) for url, each in first.articles.items()
    }


def test_night_that_nobody_ran_again_is_settled_by_the_next(portal, source, tmp_path):
    first = run(source, tmp_path)
    killed = Night(known={key: unsettled(known) for key, known in first.known.items()})
    second = run(source, tmp_path, night=date(2020, 9, 22), before=killed)
    assert len(second.articles) == 6


def test_last_page_with_one_row_is_read_like_the_others(portal, source, tmp_path):
    portal.routes["/tin?page=2"] = listing([(3, 9), (2, 6)], "/tin?page=3")
    portal.routes["/tin?page=3"] = listing([(1, 3)])
    night = run(source, tmp_path)
    assert portal.url("tin/1") in night.articles
    assert night.open_days == []
