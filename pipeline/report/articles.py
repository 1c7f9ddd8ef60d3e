"""One article as a row of a list: title, day, outlet, link, evidence, and the page that was archived."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from pipeline.audits import AuditItem
from pipeline.report.index import Index
from pipeline.report.page import ArticleRow
from pipeline.report.words import CHANNELS, date_state


def web_address(url: str) -> str:
    """Gives the address back where it is http or https, "" for anything else: pages come from strangers."""
    try:
        return url if urlsplit(url).scheme in {"http", "https"} and urlsplit(url).netloc else ""
    except ValueError:
        return ""


def article_rows(index: Index, ids: Iterable[str], topic: str = "") -> tuple[ArticleRow, ...]:
    """Makes one row for each id, in their order; the evidence and score are those of `topic`."""
    seen: set[str] = set()
    rows = []
    for id_ in ids:
        item = index.result.items.get(id_)
        rows.append(_row(index, item, topic, reprint=item.cluster in seen) if item else _unknown(id_))
        seen.add(item.cluster if item else id_)
    return tuple(rows)


def _row(index: Index, item: AuditItem, topic: str, *, reprint: bool) -> ArticleRow:
    words = index.words
    score = item.scores.get(topic)
    return ArticleRow(
        title=item.title or item.url,
        url=web_address(item.url),
        day=words.day(item.day),
        outlet=index.outlets.get(item.outlet, item.outlet),
        channel=words.pair(CHANNELS[item.channel]),
        minutes=words.count(item.minutes, "minutes") if item.minutes else "",
        verified=topic in item.verified,
        score="" if score is None else words.score(score),
        evidence=item.evidence.get(topic, ""),
        reprint=reprint,
        date_note="" if item.date_state == "certain" and item.dated_by is None else date_state(words, item),
        archive=item.archive_file or "",
        sha256=item.archive_sha256 or "",
    )


def _unknown(id_: str) -> ArticleRow:
    """An id that the result counts but does not describe is still shown, so that numbers stay lengths of lists."""
    return ArticleRow(id_, "", "–", "", "", "", False, "", "", False, "", "", "")  # noqa: FBT003 - a row of nothing
