"""What the store remembers of each source's nights, gathered for the judges of health."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import Connection, case, func, select

from crawlers.dates import LOCAL_TZ
from crawlers.urls import same_site, site_key
from pipeline.records import Fill, History
from pipeline.store.fetches import horizon
from pipeline.store.observations import NOT_LOOKED, looks
from pipeline.store.rows import still_article
from pipeline.store.schema import articles, fetches, outcomes, sources, urls

SURE: Final = ("certain", "probable")  # states of a date that counts


def histories(connection: Connection, night: date, recent: int, weeks: int) -> Iterator[History]:
    """Yields the history of each active source as of a night, ordered by source; what later nights saw is not told.

    Where all nights came later, they speak (see `fetches.horizon`). `recent` are the days before the night that are looked at, `weeks` those of volume before them.
    """
    query = select(sources.c.id, sources.c.outlet_id, sources.c.home).where(sources.c.active).order_by(sources.c.id)
    first = night - timedelta(weeks=weeks, days=recent)
    until = horizon(connection, night)
    looked = looks(connection, first, night, until=until)
    days = [night - timedelta(days=back) for back in range(1, recent + 1)]
    for row in connection.execute(query).all():
        last = connection.scalar(
            select(func.max(outcomes.c.night)).where(outcomes.c.source_id == row.id, outcomes.c.night <= until)
        )
        seen = {day: look for (source, day), look in looked.items() if source == row.id}
        claimed, as_articles = _claimed(connection, row.id, last) if last else (0, 0)
        new, old = _fills(connection, row.id, until)
        fresh, fresh_undated = _fresh(connection, row.id, night - timedelta(days=recent), until)
        yield History(
            source=row.id,
            outlet=row.outlet_id,
            home=row.home,
            last_night=last,
            unproved={
                day: (seen[day].reason if day in seen else None) or NOT_LOOKED
                for day in days
                if day not in seen or not seen[day].proved
            },
            volume={
                **{day: 0 for day, look in seen.items() if look.proved},
                **_volume(connection, row.id, first, night),
            },
            fresh=fresh,
            fresh_undated=fresh_undated,
            claimed=claimed,
            claimed_articles=as_articles,
            new=new,
            old=old,
            moved_to=_moved_to(connection, row.id, row.home, until),
        )


def _volume(connection: Connection, source: str, first: date, last: date) -> dict[date, int]:
    query = (
        select(articles.c.day, func.count().label("number"))
        .where(articles.c.source_id == source, articles.c.day.between(first, last), still_article())
        .where(articles.c.date_state.in_(SURE))
        .group_by(articles.c.day)
    )
    return {row.day: row.number for row in connection.execute(query)}


def _fresh(connection: Connection, source: str, first: date, last: date) -> tuple[int, int]:
    """Counts the articles first stored on the days from `first` to `last`, and those of them that have no sure day."""
    begin, end = (datetime.combine(day, time(), LOCAL_TZ) for day in (first, last + timedelta(days=1)))
    query = (
        select(func.count(), func.sum(case((articles.c.date_state.in_(SURE), 0), else_=1)))
        .where(articles.c.source_id == source, articles.c.first_seen >= begin, articles.c.first_seen < end)
        .where(still_article())
    )
    number, undated = connection.execute(query).one()
    return number, undated or 0


def _claimed(connection: Connection, source: str, night: date) -> tuple[int, int]:
    """Counts the pages that routes named with a date and that were read first in this night, and the articles of them."""
    before = (
        select(outcomes.c.url_id)
        .where(outcomes.c.source_id == source, outcomes.c.night < night, outcomes.c.outcome != "failed")
        .scalar_subquery()
    )
    query = select(urls.c.outcome, func.count().label("number")).where(
        urls.c.source_id == source,
        urls.c.night == night,
        urls.c.claimed_day.is_not(None),
        urls.c.outcome.is_not(None),
        urls.c.outcome != "failed",
        urls.c.url_id.not_in(before),
    )
    counts = {row.outcome: row.number for row in connection.execute(query.group_by(urls.c.outcome))}
    return sum(counts.values()), counts.get("article", 0) + counts.get("duplicate", 0)


def _fills(connection: Connection, source: str, night: date) -> tuple[Fill, Fill]:
    """Gives the fill rates of the articles that the newest archived night up to `night` brought, and of those before."""
    over = datetime.combine(night + timedelta(days=1), time(), LOCAL_TZ)
    first = articles.c
    query = (
        select(
            first.first_file,  # one a night, named by its day
            func.count().label("articles"),
            func.sum(case((first.first_dated, 1), else_=0)).label("dated"),
            func.sum(case((first.first_led, 1), else_=0)).label("led"),
        )
        .where(first.source_id == source, first.first_file.is_not(None), first.first_seen < over)
        .group_by(first.first_file)
        .order_by(first.first_file)
    )
    nights = [Fill(row.articles, row.dated, row.led) for row in connection.execute(query)]
    return (nights.pop() if nights else Fill()), _together(nights)


def _together(fills: list[Fill]) -> Fill:
    return Fill(
        sum(each.articles for each in fills), sum(each.dated for each in fills), sum(each.led for each in fills)
    )


def _moved_to(connection: Connection, source: str, home: str, night: date) -> str | None:
    """Gives the host to which the newest exchange with the home page up to a night led, where it is another."""
    query = (
        select(fetches.c.final_url, fetches.c.detail)
        .where(fetches.c.source_id == source, fetches.c.url == home, fetches.c.night <= night)
        .order_by(fetches.c.id.desc())
        .limit(1)
    )
    row: Any = connection.execute(query).one_or_none()
    if row is None:
        return None
    target = row.final_url or ""
    if row.detail is not None and row.detail.code == "redirect_away":
        target = row.detail.args["target"]
    return site_key(target) if target and not same_site(target, home) else None
