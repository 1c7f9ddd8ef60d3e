"""A comparison of two readings as files: one HTML page that needs nothing else, and JSON lines for other tools."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.comparison import Comparison, Moved, Tally
from pipeline.report.words import clean
from pipeline.wording import Words

SHOWN: Final = 2_000  # articles in the page; the JSON lines have all


@dataclass(frozen=True, slots=True)
class Change:
    """One topic that an article lost or gained."""

    topic: str
    gained: bool
    scores: str
    evidence: str


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """One article that changes topics."""

    title: str
    url: str  # "" where it is no web address
    outlet: str
    day: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class CountRow:
    """One line of a table of numbers."""

    name: str
    note: str
    before: str
    after: str
    lost: str
    gained: str


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """One requirement whose answer moves."""

    outlet: str
    topic: str
    phase: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page."""

    lang: str
    before: str
    after: str
    as_of: str
    both: str
    moved: str
    share: str
    unread: str  # "" where both have read the same articles
    topics: tuple[CountRow, ...]
    outlets: tuple[CountRow, ...]
    verdicts: tuple[VerdictRow, ...] | None
    articles: tuple[ArticleRow, ...]
    rest: str  # "" where all are shown


def page(found: Comparison, words: Words) -> str:
    """Gives the page; the same comparison, the same text."""
    environment = Environment(
        loader=PackageLoader("pipeline.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_cleaned,
    )
    environment.globals["t"] = words.t
    return environment.get_template("compare.html").render(page=_page(found, words))


def _cleaned(value: object) -> object:
    """Cleans text; what a macro gives is cleaned and escaped already, and a plain string made of it would be escaped again."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def rows(found: Comparison) -> Iterator[dict[str, Any]]:
    """Yields one row for each article that changes topics, each count that moves, each verdict that moves."""
    for tally in (*found.topics, *found.outlets):
        yield {
            "kind": "count",
            "topic": tally.topic,
            "outlet": tally.outlet,
            "before": tally.before,
            "after": tally.after,
            "lost": tally.lost,
            "gained": tally.gained,
        }
    for verdict in found.verdicts or ():
        yield {
            "kind": "verdict",
            "phase": verdict.phase,
            "topic": verdict.topic,
            "outlet": verdict.outlet,
            "before": verdict.before,
            "after": verdict.after,
        }
    for moved in found.moved:
        yield {
            "kind": "article",
            "id": moved.article,
            "outlet": moved.outlet,
            "day": None if moved.day is None else moved.day.isoformat(),
            "title": moved.title,
            "url": moved.url,
            "lost": list(moved.lost),
            "gained": list(moved.gained),
            "scores": {topic: list(pair) for topic, pair in moved.scores.items()},
            "evidence": dict(moved.evidence),
        }


def _page(found: Comparison, words: Words) -> Page:
    number = words.number
    unread = found.before_only + found.after_only
    left = len(found.moved) - SHOWN
    return Page(
        lang=words.lang,
        before=f"{found.before.model} · {found.before.codebook}",
        after=f"{found.after.model} · {found.after.codebook}",
        as_of=words.day(found.as_of),
        both=number(found.both),
        moved=number(len(found.moved)),
        share=words.percent(len(found.moved), found.both) if found.both else "",
        unread=words.t(
            f"{number(unread)} bài mới được một bên đọc, không so sánh.",
            f"{number(unread)} articles were read by one side only and are not compared.",
        )
        if unread
        else "",
        topics=tuple(_count(tally, found.topic_names[tally.topic], "", words) for tally in found.topics),
        outlets=tuple(
            _count(tally, _outlet(found, tally.outlet), found.topic_names[tally.topic], words)
            for tally in found.outlets
        ),
        verdicts=None if found.verdicts is None else tuple(_verdicts(found, words)),
        articles=tuple(_article(found, moved, words) for moved in found.moved[:SHOWN]),
        rest=words.t(f"… và {number(left)} bài nữa, xem tệp JSONL.", f"… and {number(left)} more, see the JSONL file.")
        if left > 0
        else "",
    )


def _verdicts(found: Comparison, words: Words) -> Iterator[VerdictRow]:
    nothing = words.t("không yêu cầu", "not asked")
    for each in found.verdicts or ():
        yield VerdictRow(
            outlet=_outlet(found, each.outlet),
            topic=found.topic_names.get(each.topic, each.topic),
            phase=each.phase,
            before=nothing if each.before is None else words.verdict(each.before),
            after=nothing if each.after is None else words.verdict(each.after),
        )


def _outlet(found: Comparison, outlet: str) -> str:
    return found.outlet_names.get(outlet, outlet)


def _count(tally: Tally, name: str, note: str, words: Words) -> CountRow:
    number = words.number
    lost = f"−{number(tally.lost)}" if tally.lost else ""
    gained = f"+{number(tally.gained)}" if tally.gained else ""
    return CountRow(name, note, number(tally.before), number(tally.after), lost, gained)


def _article(found: Comparison, moved: Moved, words: Words) -> ArticleRow:
    def change(topic: str, *, gained: bool) -> Change:
        pair = ("–" if score is None else words.score(score) for score in moved.scores[topic])
        return Change(found.topic_names.get(topic, topic), gained, " → ".join(pair), moved.evidence.get(topic, ""))

    return ArticleRow(
        title=moved.title,
        url=moved.url if moved.url.startswith(("http://", "https://")) else "",
        outlet=_outlet(found, moved.outlet),
        day=words.day(moved.day) if moved.day else words.t("chưa rõ ngày", "undated"),
        changes=(
            *(change(topic, gained=False) for topic in moved.lost),
            *(change(topic, gained=True) for topic in moved.gained),
        ),
    )
