"""A small portal that we wrote, one night's crawl of it, and what a store would know afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

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


def run(
    source: Source, folder, *, night: date = NIGHT, before: Night | None = None, span=(SINCE, UNTIL), **policy
) -> Night:
    """Crawls one source for the days of `span`; `before` is the night that came before."""
    known = before.known if before else {}
    proved = {day for day, seen in before.observations.items() if seen.proved} if before else set()
    found = Night(known=dict(known), learnt=dict(before.learnt) if before else {})
    fetched: dict[str, Fetch] = {}
    claims: dict[str, Outcome] = {}
    with Fetcher(FetchPolicy(delay_s=0, backoff_s=0.01, **policy)) as fetcher:
        archive = Archive(folder)
        for event in crawl(
            [source],
            fetcher,
            archive,
            {source.id: known},
            since=span[0],
            until=span[1],
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
                    claims[event.url_key] = event
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
            claims=claims[key].claims,
            enclosed=claims[key].enclosed,
        )
    return found


def unsettled(known: Known) -> Known:
    return replace(known, outcome=None, settled=None)
