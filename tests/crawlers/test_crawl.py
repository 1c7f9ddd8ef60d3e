"""One source over real HTTP: what is found, what is proved, and what the next night asks for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from crawlers.archive import Archive
from crawlers.article import Article, Failure, Fetch, Known, Learnt, Observation, Outcome
from crawlers.crawl import crawl
from crawlers.dates import local_day
from crawlers.fetch import Fetcher
from crawlers.source import FetchPolicy, Source

SINCE, UNTIL, NIGHT = date(2020, 9, 1), date(2020, 9, 20), date(2020, 9, 21)
PLACES = ("Nà Lầu", "Bản Hẻo", "Khuổi Mè", "Pác Nậm", "Tà Chải", "Lũng Vài", "Phiêng Luông")
WORKS = ("con mương", "cây cầu treo", "lớp học", "bể nước", "sân bóng", "trạm y tế", "tuyến đường bê tông")


def article(number: int, day: int, title: str = "") -> bytes:
    place, work = PLACES[number % 7], WORKS[number % 7]
    title = title or f"Bà con {place} làm xong {work} đầu tiên của xã"
    text = "".join(
        f"<p>Sáng nay bà con {place} cùng cán bộ xã góp công làm {work}, {other} thì để sang tháng sau. Ông trưởng bản {place} "
        f"nói ai cũng mong {work} này từ lâu, còn {other} chờ thêm gạch và xi măng của huyện.</p>"
        for other in WORKS
        if other != work
    )
    return (
        f"<html><head><title>{title} - Báo Thử</title></head><body><nav><a href='/'>Trang chủ</a> <a href='/tin'>Tin</a>"
        f"</nav><main><h1>{title}</h1><div class='ngay'>Ngày đăng: {day:02}/09/2020 08:00</div>"
        f"<div class='than'>{text}</div></main></body></html>"
    ).encode()


def listing(rows: list[tuple[int, int]], following: str = "") -> bytes:
    items = "".join(
        f"<li><a href='/tin/{number}'>Bà con {PLACES[number % 7]} làm xong {WORKS[number % 7]} đầu tiên của xã</a> "
        f"<span>{day:02}/09/2020</span></li>"
        for number, day in rows
    )
    more = f"<a href='{following}'>Trang sau</a>" if following else ""
    return f"<html><head><title>Tin</title></head><body><h2>Tin</h2><ul>{items}</ul>{more}</body></html>".encode()


HOME_PAGE = "<html><body><nav><a href='/tin'>Tin tức</a></nav><p>Chào mừng</p></body></html>".encode()


@dataclass
class Night:
    """What one night gave, and what a store would know afterwards."""

    articles: dict[str, Article] = field(default_factory=dict)
    failures: dict[str, Failure] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    observations: dict[date, Observation] = field(default_factory=dict)
    learnt: dict[str, object] = field(default_factory=dict)
    known: dict[str, Known] = field(default_factory=dict)

    @property
    def open_days(self) -> list[int]:
        return sorted(day.day for day, seen in self.observations.items() if not seen.proved)


def run(source: Source, folder, *, night: date = NIGHT, before: Night | None = None, **policy) -> Night:
    """Crawls one source; `before` is the night that came before."""
    known = before.known if before else {}
    proved = {day for day, seen in before.observations.items() if seen.proved} if before else set()
    found = Night(known=dict(known))
    fetched: dict[str, Fetch] = {}
    with Fetcher(FetchPolicy(delay_s=0, backoff_s=0.01, **policy)) as fetcher:
        archive = Archive(folder)
        for event in crawl(
            [source],
            fetcher,
            archive,
            {source.id: known},
            since=SINCE,
            until=UNTIL,
            night=night,
            learnt={source.id: before.learnt} if before else {},
            proved={source.id: proved},
        ):
            match event:
                case Article():
                    found.articles[event.url] = event
                case Failure():
                    found.failures[event.url] = event
                case Observation():
                    found.observations[event.day] = event
                case Learnt():
                    found.learnt = dict(event.routes)
                case Fetch():
                    fetched[event.url_key] = event
                case Outcome():
                    assert event.url_key not in found.outcomes, "one outcome a night"
                    found.outcomes[event.url_key] = event.outcome
        archive.close()
    days = {each.url_key: local_day(each.published) for each in found.articles.values() if each.published}
    for key, fetch in fetched.items():
        outcome = found.outcomes[key]
        old = known.get(key)
        found.known[key] = Known(
            url_key=key,
            url=fetch.url,
            night=night,
            status=fetch.status,
            outcome=outcome,
            settled=None if outcome == "failed" else night,
            etag=fetch.etag,
            last_modified=fetch.last_modified,
            archive=fetch.archive or (old.archive if old else None),
            published_day=days.get(key, old.published_day if old else None),
            role=fetch.role,
            claimed_day=fetch.claimed_day,
            claimed_at=fetch.claimed_at,
            claimed_kind=fetch.claimed_kind,
        )
    return found


@pytest.fixture
def portal(server):
    """Three pages of a listing, six articles from 3 to 18 September, no feed and no sitemap."""
    rows = [(6, 18), (5, 15), (4, 12), (3, 9), (2, 6), (1, 3)]
    server.routes["/"] = HOME_PAGE
    server.routes["/tin"] = listing(rows[:3], "/tin?page=2")
    server.routes["/tin?page=2"] = listing(rows[3:])
    for number, day in rows:
        server.routes[f"/tin/{number}"] = article(number, day)
    return server


def test_home_alone_leads_to_every_article_and_proves_every_day(portal, source, tmp_path):
    night = run(source, tmp_path)
    assert {url.removeprefix(portal.home) for url in night.articles} == {f"tin/{n}" for n in range(1, 7)}
    assert [local_day(each.published).day for _, each in sorted(night.articles.items())] == [3, 6, 9, 12, 15, 18]
    assert night.open_days == []
    assert night.learnt["listings"] == [portal.url("tin")]


def test_every_address_is_asked_once_and_has_one_outcome(portal, source, tmp_path):
    night = run(source, tmp_path)
    assert max(Counter(portal.asked).values()) == 1
    assert set(Counter(night.outcomes.values())) <= {"article", "listing", "other", "section", "empty"}


def test_listing_page_that_fails_leaves_the_days_before_its_rows_open(portal, source, tmp_path):
    portal.routes["/tin?page=2"] = (500, {}, b"down")
    night = run(source, tmp_path, retries=0)
    assert night.open_days == list(range(1, 13))
    assert "tin?page=2: answered 500" in night.observations[date(2020, 9, 2)].reason


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


def test_home_that_is_down_leaves_every_day_open_with_the_reason(server, source, tmp_path):
    server.routes["/"] = (503, {}, b"down")
    night = run(source, tmp_path, retries=0)
    assert night.open_days == list(range(1, 21))
    assert {seen.reason for seen in night.observations.values()} == {f"{server.home}: answered 503"}


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
    killed = Night(known={key: replace_unsettled(known) for key, known in first.known.items()})
    portal.log.clear()
    again = run(source, tmp_path, before=killed)
    assert not [path for path in portal.asked if portal.routes.get(path)]
    assert {url: (each.title, each.body, each.published) for url, each in again.articles.items()} == {
        url: (each.title, each.body, each.published) for url, each in first.articles.items()
    }


def replace_unsettled(known: Known) -> Known:
    return replace(known, outcome=None, settled=None)


def test_night_that_nobody_ran_again_is_settled_by_the_next(portal, source, tmp_path):
    first = run(source, tmp_path)
    killed = Night(known={key: replace_unsettled(known) for key, known in first.known.items()})
    second = run(source, tmp_path, night=date(2020, 9, 22), before=killed)
    assert len(second.articles) == 6


def test_last_page_with_one_row_is_read_like_the_others(portal, source, tmp_path):
    portal.routes["/tin?page=2"] = listing([(3, 9), (2, 6)], "/tin?page=3")
    portal.routes["/tin?page=3"] = listing([(1, 3)])
    night = run(source, tmp_path)
    assert portal.url("tin/1") in night.articles
    assert night.open_days == []
