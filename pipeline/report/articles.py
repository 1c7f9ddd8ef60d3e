"""Articles as rows of lists: title, day, outlet, link, evidence, whose text it is, and the page that was archived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

from pipeline.audits import AuditItem
from pipeline.report.index import Index
from pipeline.report.page import ArticleRow, Listing
from pipeline.report.words import CHANNELS, date_state

STEPS: Final = (1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1, 0)  # rows at which lists are cut


def web_address(url: str) -> str:
    """Gives the address back where it is http or https, "" for anything else: pages come from strangers."""
    try:
        return url if urlsplit(url).scheme in {"http", "https"} and urlsplit(url).netloc else ""
    except ValueError:
        return ""


def rows_each(sizes: Iterable[int], rows: int) -> int:
    """Gives how many rows each list may show so that all lists of these sizes together show some `rows`."""
    lists = [size for size in sizes if size]
    return next((step for step in STEPS if sum(min(size, step) for size in lists) <= rows), STEPS[-1])


def listing(index: Index, ids: Sequence[str], topic: str = "", at_most: int | None = None) -> Listing:
    """Makes a row for each id, in their order; the evidence and score are those of `topic`.

    Ids that the result does not describe, and those beyond `at_most`, are counted in `more`.
    """
    rows = article_rows(index, ids, topic, at_most)
    return Listing(rows, len(ids) - len(rows))


def article_rows(
    index: Index, ids: Iterable[str], topic: str = "", at_most: int | None = None
) -> tuple[ArticleRow, ...]:
    """Makes a row for each id that the result describes, `at_most` so many."""
    items = (item for id_ in ids if (item := index.result.items.get(id_)))
    return tuple(_row(index, item, topic) for item in islice(items, at_most))


def _row(index: Index, item: AuditItem, topic: str) -> ArticleRow:
    words = index.words
    score = item.scores.get(topic)
    original = item.cluster == item.article
    return ArticleRow(
        title=item.title or item.url,
        url=web_address(item.url),
        day=words.day(item.day),
        outlet=index.outlets.get(item.outlet, item.outlet),
        channel=words.pair(CHANNELS[item.channel]),
        minutes=words.count(item.minutes, "minutes") if item.minutes else "",
        words=words.t(f"{words.number(item.words)} chữ", f"{words.number(item.words)} words") if item.words else "",
        front=_front(index, item) if item.front else "",
        score="" if score is None else words.score(score),
        evidence=item.evidence.get(topic, ""),
        original=original and index.copies[item.cluster] > 1,
        reprint="" if original else _reprint(index, item),
        date_note="" if item.date_state == "certain" and item.dated_by is None else date_state(words, item),
        archive=item.archive_file or "",
        sha256=item.archive_sha256 or "",
    )


def _front(index: Index, item: AuditItem) -> str:
    return (
        index.words.t("trang nhất", "front page")
        if item.channel == "print"
        else index.words.t("trang chủ", "home page")
    )


def _reprint(index: Index, item: AuditItem) -> str:
    """Says whose text it is, where the report knows the first that carried it."""
    words, first = index.words, index.result.items.get(item.cluster)
    if first is None:
        return words.t("bài đăng lại", "reprint")
    outlet = index.outlets.get(first.outlet, first.outlet)
    return words.t(
        f"đăng lại bài của {outlet}, ngày {words.day(first.day)}" if first.day else f"đăng lại bài của {outlet}",
        f"reprint of {outlet}, {words.day(first.day)}" if first.day else f"reprint of {outlet}",
    )
