"""What the store remembers of each source's nights, gathered for the judges of health."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import Connection, case, exists, func, select

from crawlers.dates import LOCAL_TZ
from crawlers.urls import same_site, site_key
from pipeline.records import Fill, History
from pipeline.store.fetches import horizon
from pipeline.store.observations import NOT_LOOKED, looks
from pipeline.store.rows import gone
from pipeline.store.schema import articles, fetches, outcomes, sources, urls
from pipeline.store.upsert import batches

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
    newest = select(outcomes.c.source_id, func.max(outcomes.c.night)).where(outcomes.c.night <= until)
    last_of = {row[0]: row[1] for row in connection.execute(newest.group_by(outcomes.c.source_id))}
    claimed_of = {last: _claimed(connection, last) for last in set(last_of.values())}
    fills, lapsed = _fills(connection, until), _lapsed(connection)
    volume = _volume(connection, first, night, lapsed)
    fresh = _fresh(connection, night - timedelta(days=recent), until, lapsed)
    for row in connection.execute(query).all():
        seen = {day: look for (source, day), look in looked.items() if source == row.id}
        last = last_of.get(row.id)
        claimed, as_articles = claimed_of[last].get(row.id, (0, 0)) if last else (0, 0)
        nights = fills.get(row.id, [])
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
            volume={**{day: 0 for day, look in seen.items() if look.proved}, **volume.get(row.id, {})},
            fresh=fresh[row.id][0] + fresh[row.id][1],
            fresh_undated=fresh[row.id][1],
            claimed=claimed,
            claimed_articles=as_articles,
            new=nights[-1] if nights else Fill(),
            old=_together(nights[:-1]),
            moved_to=_moved_to(connection, row.id, row.home, until),
        )


def _lapsed(connection: Connection) -> list[Any]:
    """Gives the few articles that no longer are: what is counted by an index alone is lessened by them."""
    told = select(articles.c.source_id, articles.c.day, articles.c.date_state, articles.c.first_seen)
    ids = sorted(gone(connection))
    return [row for part in batches(ids) for row in connection.execute(told.where(articles.c.id.in_(part)))]


def _of_any_source() -> Any:
    """Gives a condition that always holds, so that SQLite goes by the indexes that begin with the source and hold all else."""
    return articles.c.source_id.in_(select(sources.c.id))


def _volume(connection: Connection, first: date, last: date, lapsed: list[Any]) -> dict[str, dict[date, int]]:
    """Counts the articles of each source by their sure days."""
    of = articles.c
    query = (
        select(of.source_id, of.day, of.date_state, func.count())
        .where(_of_any_source(), of.day.between(first, last))
        .group_by(of.source_id, of.day, of.date_state)
    )
    left = Counter((row.source_id, row.day, row.date_state) for row in lapsed)
    found: dict[str, dict[date, int]] = {}
    for source, day, state, count in connection.execute(query):
        if state in SURE and count > left[source, day, state]:
            days = found.setdefault(source, {})
            days[day] = days.get(day, 0) + count - left[source, day, state]
    return found


def _fresh(connection: Connection, first: date, last: date, lapsed: list[Any]) -> dict[str, tuple[int, int]]:
    """Counts the articles of each source first stored on the days from `first` to `last`: with a sure day, and without."""
    begin, end = (datetime.combine(day, time(), LOCAL_TZ) for day in (first, last + timedelta(days=1)))
    of = articles.c
    query = (
        select(of.source_id, of.date_state, func.count())
        .where(_of_any_source(), of.first_seen >= begin, of.first_seen < end)
        .group_by(of.source_id, of.date_state)
    )
    number: Counter[tuple[str, bool]] = Counter()
    for source, state, count in connection.execute(query):
        number[source, state in SURE] += count
    number.subtract(
        (row.source_id, row.date_state in SURE)
        for row in lapsed
        if row.first_seen is not None and begin <= row.first_seen < end
    )
    return defaultdict(lambda: (0, 0), {source: (number[source, True], number[source, False]) for source, _ in number})


def _claimed(connection: Connection, night: date) -> dict[str, tuple[int, int]]:
    """Counts by source the pages that routes named with a date and that were read first in this night, and the articles of them."""
    page = urls.c
    before = exists().where(
        outcomes.c.source_id == page.source_id,
        outcomes.c.url_id == page.url_id,
        outcomes.c.night < night,
        outcomes.c.outcome != "failed",
    )
    query = (
        select(page.source_id, func.count(), func.sum(case((page.outcome.in_(("article", "duplicate")), 1), else_=0)))
        .where(page.night == night, page.claimed_day.is_not(None), page.outcome.is_not(None), page.outcome != "failed")
        .where(~before)
        .group_by(page.source_id)
    )
    return {source: (number, of_articles) for source, number, of_articles in connection.execute(query)}


def _fills(connection: Connection, night: date) -> dict[str, list[Fill]]:
    """Gives by source the fill rates of the articles that each archived night up to `night` brought, the newest last."""
    over = datetime.combine(night + timedelta(days=1), time(), LOCAL_TZ)
    first = articles.c
    query = (
        select(
            first.source_id,
            func.count().label("articles"),
            func.sum(case((first.first_dated, 1), else_=0)).label("dated"),
            func.sum(case((first.first_led, 1), else_=0)).label("led"),
        )
        .where(first.first_file.is_not(None), first.first_seen < over)
        .group_by(first.source_id, first.first_file)  # one file a night, named by its day
        .order_by(first.source_id, first.first_file)
    )
    found: dict[str, list[Fill]] = {}
    for row in connection.execute(query):
        found.setdefault(row.source_id, []).append(Fill(row.articles, row.dated, row.led))
    return found


def _together(fills: list[Fill]) -> Fill:
    return Fill(
        sum(each.articles for each in fills), sum(each.dated for each in fills), sum(each.led for each in fills)
    )


def _moved_to(connection: Connection, source: str, home: str, night: date) -> str | None:
    """Gives the host to which the newest exchange with the home page up to a night led, where it is another."""
    query = (
        select(fetches.c.final_url, fetches.c.detail)
        .where(fetches.c.source_id == source, fetches.c.url == home, fetches.c.night <= night)
        .order_by(fetches.c.night.desc(), fetches.c.id.desc())  # the log's index goes by nights
        .limit(1)
    )
    row: Any = connection.execute(query).one_or_none()
    if row is None:
        return None
    target = row.final_url or ""
    if row.detail is not None and row.detail.code == "redirect_away":
        target = row.detail.args["target"]
    return site_key(target) if target and not same_site(target, home) else None
