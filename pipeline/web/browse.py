"""Browsing: search with its filters. The form is a GET, so that a search is an address that can be sent to a colleague."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crawlers.dates import local_day
from pipeline.report.words import CHANNELS, DATE_STATES
from pipeline.steps.browse import look
from pipeline.store.browse import Found
from pipeline.store.terms import Piece, Term, marked, snippet
from pipeline.web.desk import Desk, NavEntry, desk_of
from pipeline.web.reading import topic_name
from pipeline.web.render import render
from pipeline.web.security import needs
from pipeline.web.selection import BY, READ, STATES, Asked, asked_of, options, selection_of

SNIPPET: Final = 260  # characters shown of a text


@dataclass(frozen=True, slots=True)
class Tag:
    """What is said of one topic of an article."""

    name: str
    label: bool | None  # None: nobody has read it for the topic
    settled: bool
    score: str  # "" where it has none


@dataclass(frozen=True, slots=True)
class FoundView:
    """One article among those found."""

    id: str
    title: tuple[Piece, ...]
    text: tuple[Piece, ...]
    origin: tuple[str, ...]  # outlet, channel
    day: str
    note: str  # what the day rests on; "" where the page says it plainly
    tags: tuple[Tag, ...]
    reprint: bool
    sealed: bool  # what is said of it is kept from the reviewer, who has yet to read it


@dataclass(frozen=True, slots=True)
class Choices:
    """The lists of the form."""

    outlets: tuple[tuple[str, str], ...]
    phases: tuple[tuple[str, str], ...]
    topics: tuple[tuple[str, str], ...]
    by: tuple[tuple[str, str], ...]
    states: tuple[tuple[str, str], ...]
    read: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BrowseView:
    """One page of what a search found."""

    asked: Asked
    choices: Choices
    rows: tuple[FoundView, ...]
    count: int
    more: bool  # than `count`
    ranked: bool
    next: str  # address of the next page; "" where this is the last
    first: bool
    narrowed: bool  # a filter beside the words is set


@needs("reader")
def articles(request: Request) -> Response:
    """Searches."""
    desk = desk_of(request)
    asked = asked_of(request.query_params.multi_items(), desk.config)
    after = request.query_params.get("after")
    found = look(desk.config, desk.store, selection_of(asked, desk.config), desk.user, after)
    link = f"/articles?{Asked({**asked.fields, 'after': found.after}).address}" if found.after else ""
    view = BrowseView(
        asked=asked,
        choices=choices_of(desk),
        rows=tuple(found_view(desk, row, asked.terms, asked.get("topic")) for row in found.rows),
        count=found.count,
        more=found.more,
        ranked=found.ranked,
        next=link,
        first=not after,
        narrowed=bool(set(asked.fields) - {"q"}),
    )
    return render(request, "articles.html", view)


def found_view(desk: Desk, row: Found, terms: tuple[Term, ...], topic: str = "") -> FoundView:
    """Gives what is shown of an article in a list; `topic` is named even where nothing is said of it."""
    article = row.article
    plain = article.date_state in ("certain", "probable") and article.dated_by is None
    if article.dated_by:
        note = desk.t(f"ngày do {article.dated_by} xác định", f"dated by {article.dated_by}")
    else:
        note = "" if plain else desk.words.pair(DATE_STATES[article.date_state])
    return FoundView(
        id=article.id,
        title=marked(article.title or article.url, terms),
        text=snippet(article.text, terms, SNIPPET),
        origin=(outlet_name(desk, article.outlet), desk.words.pair(CHANNELS[article.channel])),
        day=desk.words.day(local_day(article.published)) if article.published else "",
        note=note,
        tags=() if row.sealed else _tags(desk, row, topic),
        reprint=article.cluster != article.id,
        sealed=row.sealed,
    )


def outlet_name(desk: Desk, identity: str) -> str:
    """Names an outlet; by its id where the campaign has it no more."""
    return next((outlet.name for outlet in desk.config.outlets if outlet.id == identity), identity)


def choices_of(desk: Desk) -> Choices:
    """Gives the lists of the form."""
    words = desk.words
    return Choices(
        outlets=tuple((outlet.id, outlet.name) for outlet in desk.config.outlets),
        phases=tuple((phase.id, f"{words.phase_name(phase)} ({words.phase(phase)})") for phase in desk.config.phases),
        topics=tuple((topic.id, topic_name(desk, topic.id)) for topic in desk.config.topics),
        by=options(words, BY),
        states=options(words, STATES),
        read=options(words, READ),
    )


def _tags(desk: Desk, row: Found, topic: str) -> tuple[Tag, ...]:
    shown = [each for each in row.labels if row.labels[each]]
    shown += sorted(each for each in row.machine if each not in row.labels)
    shown += [each for each in (topic,) if each and each not in shown]
    return tuple(
        Tag(
            name=topic_name(desk, each),
            label=row.labels.get(each),
            settled=each in row.settled,
            score=desk.words.score(row.scores[each]) if each in row.scores else "",
        )
        for each in shown
    )


NAV: Final = (NavEntry("/articles", "Tìm bài", "Search"),)
ROUTES: Final = (Route("/articles", articles, methods=["GET"]),)
