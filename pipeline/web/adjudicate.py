"""Settling: where readers part, a lead reads the article with everybody's words and decides topic by topic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipeline.steps.adjudicate import adjudicate
from pipeline.steps.settle import Matter, Open, machine_says, matter_of, next_matter, open_matters
from pipeline.web.desk import Desk, NavEntry, Panel, PanelRow, desk_of
from pipeline.web.reading import ArticleView, article_view, code_of, topic_name
from pipeline.web.render import render
from pipeline.web.security import needs, read_form, text_field

MOST_NOTE: Final = 2_000  # characters


@dataclass(frozen=True, slots=True)
class TopicMatters:
    """One topic, and the articles on which its readers part."""

    code: str
    name: str
    articles: tuple[Open, ...]


@dataclass(frozen=True, slots=True)
class MattersView:
    """All that is to be settled, by topic."""

    topics: tuple[TopicMatters, ...]
    articles: int
    first: str  # id of the article to begin with; "" where all is settled


@dataclass(frozen=True, slots=True)
class Voice:
    """One reader's word on one topic."""

    reviewer: str
    at: datetime  # UTC
    value: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class TopicMatter:
    """One topic to be settled, with the choice and the note that were made already."""

    topic: str
    code: str
    name: str
    definition: str
    voices: tuple[Voice, ...]
    choice: str = ""  # "1", "0" or ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a lead decided before."""

    name: str
    value: bool
    lead: str
    at: datetime  # UTC
    note: str


@dataclass(frozen=True, slots=True)
class MachineWord:
    """What the machine says of one topic."""

    code: str
    name: str
    decided: bool
    score: str
    threshold: str
    evidence: str


@dataclass(frozen=True, slots=True)
class MatterView:
    """One article before a lead; `machine` is None until it is asked for."""

    article: ArticleView
    topics: tuple[TopicMatter, ...]
    before: tuple[Decision, ...]
    machine: tuple[MachineWord, ...] | None
    seen: str
    notice: str = ""


@needs("lead")
def matters(request: Request) -> Response:
    """Lists what is to be settled, by topic."""
    desk = desk_of(request)
    waiting = open_matters(desk.store)
    by_topic: dict[str, list[Open]] = {}
    for each in waiting:
        for topic in each.topics:
            by_topic.setdefault(topic, []).append(each)
    topics = tuple(
        TopicMatters(code_of(desk.config, topic), topic_name(desk, topic), tuple(by_topic[topic]))
        for topic in _ordered(desk, by_topic)
    )
    view = MattersView(topics, len(waiting), waiting[0].article if waiting else "")
    return render(request, "matters.html", view)


@needs("lead")
def matter(request: Request) -> Response:
    """Shows one article with everybody's words; the machine's only where it is asked for."""
    desk = desk_of(request)
    found = matter_of(desk.store, request.path_params["article"])
    return render(request, "matter.html", _view(desk, found, machine="machine" in request.query_params))


@needs("lead")
def decide(request: Request) -> Response:
    """Takes the lead's decisions and goes on to the next article."""
    desk, form = desk_of(request), read_form(request)
    found = matter_of(desk.store, request.path_params["article"])
    chosen = {topic: value for topic in found.parted if (value := text_field(form, f"say-{topic}", 1)) in ("0", "1")}
    if not chosen:
        fault = desk.t("Hãy quyết định ít nhất một chủ đề.", "Please decide on one topic at least.")
        return render(request, "matter.html", _view(desk, found, form=form, notice=fault), status=409)
    notes = {topic: text_field(form, f"note-{topic}", MOST_NOTE) for topic in chosen}
    words, seen = {topic: value == "1" for topic, value in chosen.items()}, text_field(form, "seen", 60)
    who, article = desk.user.name, found.article.id
    if adjudicate(desk.config, desk.store, who, article, words, desk.now, notes, seen=seen) is None:
        fault = desk.t(
            "Vừa có ý kiến hoặc quyết định mới về bài này, nên chưa lưu gì. Hãy xem lại rồi quyết định.",
            "There is a new word or decision on this article, so nothing was stored. Please look again.",
        )
        again = _view(desk, matter_of(desk.store, article), form=form, notice=fault)
        return render(request, "matter.html", again, status=409)
    if set(chosen) != set(found.parted):
        return _to(found.article.id)
    return _to(next_matter(desk.store, found.article.id) or "")


def panel(desk: Desk) -> Panel | None:
    """Leads home to what is to be settled; how much that is costs too much to be counted on every visit."""
    if not desk.may("lead"):
        return None
    text = desk.t("Bài mà những người đọc có ý kiến khác nhau", "Articles on which readers part")
    return Panel(desk.t("Chờ phân xử", "To be settled"), (PanelRow(text, "/settle"),))


def _to(article: str) -> Response:
    return RedirectResponse(f"/settle/{article}" if article else "/settle", 303)


def _view(
    desk: Desk, found: Matter, *, machine: bool = False, form: FormData | None = None, notice: str = ""
) -> MatterView:
    marks: dict[str, set[str]] = {}
    notes: dict[str, list[str]] = {}
    for topic in _ordered(desk, found.parted):
        for word in found.parted[topic]:
            if word.evidence and word.value:
                marks.setdefault(word.evidence, set()).add(topic)
                notes.setdefault(word.evidence, []).append(f"{word.reviewer} · {code_of(desk.config, topic)}")
    told = {sentence: ", ".join(each) for sentence, each in notes.items()}
    return MatterView(
        article=article_view(desk, found.article, found.paragraphs, marks, told),
        topics=tuple(_topic(desk, found, topic, form) for topic in _ordered(desk, found.parted)),
        before=tuple(
            Decision(topic_name(desk, each.topic), each.value, each.lead, each.at, each.note or "")
            for each in found.before
        ),
        machine=_machine(desk, found.article.id) if machine else None,
        seen=found.seen,
        notice=notice,
    )


def _topic(desk: Desk, found: Matter, topic: str, form: FormData | None) -> TopicMatter:
    voices = tuple(Voice(each.reviewer, each.at, each.value, each.evidence or "") for each in found.parted[topic])
    return TopicMatter(
        topic=topic,
        code=code_of(desk.config, topic),
        name=topic_name(desk, topic),
        definition=next((each.definition for each in desk.config.topics if each.id == topic), ""),
        voices=voices,
        choice=text_field(form, f"say-{topic}", 1) if form else "",
        note=text_field(form, f"note-{topic}", MOST_NOTE) if form else "",
    )


def _machine(desk: Desk, article: str) -> tuple[MachineWord, ...]:
    said, cutoffs = machine_says(desk.config, desk.store, article)
    if said is None:
        return ()
    return tuple(
        MachineWord(
            code=code_of(desk.config, topic),
            name=topic_name(desk, topic),
            decided=topic in said.topics,
            score=desk.words.score(said.scores[topic]),
            threshold=desk.words.score(cutoffs[topic]),
            evidence=said.evidence.get(topic, ""),
        )
        for topic in desk.config.codebook.ids
        if topic in said.scores
    )


def _ordered(desk: Desk, topics: Iterable[str]) -> list[str]:
    """Puts topics into the codebook's order; those that it has no more come last."""
    ids = desk.config.codebook.ids
    return sorted(topics, key=lambda topic: (ids.index(topic) if topic in ids else len(ids), topic))


NAV: Final = (NavEntry("/settle", "Phân xử", "Settle", "lead"),)
ROUTES: Final = (
    Route("/settle", matters, methods=["GET"]),
    Route("/settle/{article}", matter, methods=["GET"]),
    Route("/settle/{article}", decide, methods=["POST"]),
)
