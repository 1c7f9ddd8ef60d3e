"""What the reading templates are given: an article cut into numbered sentences, and the codebook's topics with their codes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

from markupsafe import Markup
from starlette.datastructures import FormData

from crawlers.dates import local_day
from models.codebook import Topic
from pipeline.config import Config
from pipeline.errors import InputError
from pipeline.readings import Purpose, Suggestion
from pipeline.records import StoredArticle
from pipeline.report.words import CHANNELS
from pipeline.steps.review import Item, Sheet
from pipeline.steps.shift import Shift
from pipeline.web.desk import Desk, Lang
from pipeline.web.render import environment
from pipeline.web.security import web_address
from pipeline.wording import Pair

TITLE: Final = 0  # number of the title among the sentences
PHRASES: Final = 12  # of a topic, shown beside its definition; a reader wants the sense of them, not the list
_SIGNS: Final = frozenset("()|&!#=*")  # a phrase with one of these is written for the machine

PURPOSES: Final[Mapping[Purpose, Pair]] = {
    "uniform": ("Mẫu ngẫu nhiên dùng cho đối chiếu", "The audit's random sample"),
    "strata": ("Mẫu theo mức điểm của một chủ đề", "Sample by score of one topic"),
    "active": ("Bài giúp máy học nhanh nhất", "Articles from which the model learns most"),
    "settle": ("Bài cần đọc để có kết luận", "Articles that settle a verdict"),
    "disagreement": ("Bài mà những người đọc có ý kiến khác nhau", "Articles on which readers differ"),
    "suspect": ("Nhãn có thể sai, cần xem lại", "Labels that may be wrong"),
    "again": ("Bài cần đọc lại vì bộ chủ đề đã thay đổi", "Articles to be read again: the codebook changed"),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; the title is number 0."""

    number: int
    text: str
    codes: tuple[str, ...] = ()  # of the topics for which it is marked
    note: str = ""  # who marked it, where that matters


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article as it is read."""

    id: str
    title: Sentence
    paragraphs: tuple[tuple[Sentence, ...], ...]
    outlet: str
    day: str
    channel: str
    source: str  # address of the page; "" where it is no web address
    content: str  # hash of the text whose sentences are numbered here


@dataclass(frozen=True, slots=True)
class ScoreView:
    """A score against its threshold, written and in hundredths."""

    score: str
    threshold: str
    score_x: int
    threshold_x: int
    decided: bool
    challenger: str = ""  # "" where no candidate has read the article
    challenger_x: int = 0


@dataclass(frozen=True, slots=True)
class Phrases:
    """Some plain phrases of a topic, and how many there are beside them."""

    shown: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class TopicView:
    """One topic of the codebook beside the article."""

    topic: Topic
    code: str  # two digits; "" past the 99th
    name: str
    asked: bool
    chosen: bool
    score: ScoreView | None  # None where nothing is suggested or shown
    evidence: str  # number of the marked sentence; "" for none
    meaning: Markup  # definition, inclusions and exclusions, as they stand on the page


@dataclass(frozen=True, slots=True)
class ReadingView:
    """One article before one reviewer."""

    serving: str
    article: ArticleView
    topics: tuple[TopicView, ...]
    purpose: str  # "" where the article was opened by hand
    shift: Shift
    shown: bool  # suggestions are
    scored: bool  # the machine has spoken of this article
    second: bool
    one_topic: bool  # the question is about one topic alone
    base: int
    again: bool  # it was read before: other choices correct it
    notice: str = ""


def code_of(config: Config, topic: str) -> str:
    """Gives the two digits of a topic: its place in the codebook; "" past the 99th, and for topics of older codebooks."""
    ids = config.codebook.ids
    number = ids.index(topic) + 1 if topic in ids else 100
    return f"{number:02}" if number < 100 else ""


def topic_name(desk: Desk, topic: str) -> str:
    """Names a topic in the reader's language; by its id where the present codebook has it no more."""
    found = next((each for each in desk.config.topics if each.id == topic), None)
    return topic if found is None else desk.t(found.name, found.name_en or found.name)


def article_view(
    desk: Desk,
    article: StoredArticle,
    paragraphs: Sequence[Sequence[str]],
    marks: Mapping[str, Collection[str]],
    notes: Mapping[str, str] | None = None,
) -> ArticleView:
    """Numbers the sentences and marks them: `marks` is sentence -> topics, `notes` sentence -> who marked it."""
    numbers = numbered(article, paragraphs)
    told = notes or {}

    def view(number: int, text: str) -> Sentence:
        codes = tuple(sorted({code_of(desk.config, topic) for topic in marks.get(text, ())}))
        return Sentence(number, text, codes, told.get(text, ""))

    rest = iter(numbers[1:])
    outlet = next((each.name for each in desk.config.outlets if each.id == article.outlet), article.outlet)
    dated = article.published is not None and article.date_state in ("certain", "probable")
    return ArticleView(
        id=article.id,
        title=view(TITLE, article.title),
        paragraphs=tuple(tuple(view(*next(rest)) for _ in part) for part in paragraphs),
        outlet=outlet,
        day=desk.words.day(local_day(article.published)) if dated and article.published else "",
        channel=desk.words.pair(CHANNELS[article.channel]),
        source=web_address(article.url),
        content=article.content_hash,
    )


def numbered(article: StoredArticle, paragraphs: Iterable[Sequence[str]]) -> list[tuple[int, str]]:
    """Gives the title and every sentence with its number."""
    return list(enumerate([article.title, *(sentence for part in paragraphs for sentence in part)]))


def reading_view(
    desk: Desk,
    item: Item,
    shift: Shift,
    *,
    chosen: Collection[str] | None = None,
    evidence: Mapping[str, str] | None = None,
    base: int | None = None,
    notice: str = "",
) -> ReadingView:
    """Puts an article before a reviewer, with their own choices where they had made some already."""
    picked = item.chosen if chosen is None else chosen
    cited = item.evidence if evidence is None else evidence
    serving, shown = item.serving, item.serving.suggestion_shown
    first_number: dict[str, int] = {}
    for number, text in numbered(item.article, item.paragraphs):
        first_number.setdefault(text, number)
    marks: dict[str, list[str]] = {}
    for topic, sentence in cited.items():
        if topic in picked:
            marks.setdefault(sentence, []).append(topic)
    said = {each.topic: each for each in serving.suggestions} if shown else {}
    topics = tuple(
        TopicView(
            topic=topic,
            code=code_of(desk.config, topic.id),
            name=topic_name(desk, topic.id),
            asked=topic.id in item.asked,
            chosen=topic.id in picked,
            score=_score(desk, said[topic.id]) if topic.id in said else None,
            evidence=str(first_number.get(cited.get(topic.id, ""), "")),
            meaning=meaning(desk.lang, topic, topic_name(desk, topic.id)),
        )
        for topic in desk.config.topics
    )
    return ReadingView(
        serving=serving.id,
        article=article_view(desk, item.article, item.paragraphs, marks),
        topics=topics,
        purpose=desk.words.pair(PURPOSES[item.purpose]) if item.purpose else "",
        shift=shift,
        shown=shown,
        scored=bool(serving.suggestions),
        second=serving.second,
        one_topic=serving.topic is not None,
        base=serving.base if base is None else base,
        again=serving.outcome == "read",
        notice=notice,
    )


def marked(form: FormData, item: Item | Sheet) -> dict[str, str]:
    """Reads which sentence stands for which chosen topic: fields `evidence-<topic>` that hold a sentence's number.

    Raises:
        InputError: a number that no sentence has.
    """
    texts = dict(numbered(item.article, item.paragraphs))
    found: dict[str, str] = {}
    for topic in map(str, form.getlist("topic")):
        value = str(form.get(f"evidence-{topic}") or "").strip()
        if not value:
            continue
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 6 else -1
        if number not in texts:
            raise InputError(
                f"evidence: there is no sentence {value[:20]}; give a number from 0 to {len(texts) - 1}",
                f"câu làm căn cứ: không có câu số {value[:20]}; hãy ghi số từ 0 đến {len(texts) - 1}",
            )
        found[topic] = texts[number]
    return found


@lru_cache(maxsize=512)  # topics, in two languages; to write them out takes as long as the rest of a page
def meaning(lang: Lang, topic: Topic, name: str) -> Markup:
    """Writes what a topic means, with some of the phrases that speak for it and against it."""
    told = {"cues": topic.cues, "hints": topic.hints, "exclusions": topic.exclusions}
    html = environment(lang).get_template("reading_meaning.html")
    phrases = {title: _phrases(each) for title, each in told.items()}
    return Markup(html.render(topic=topic, name=name, **phrases))  # noqa: S704 - the template has escaped it


def _phrases(phrases: Sequence[str]) -> Phrases:
    plain = (phrase for phrase in phrases if not _SIGNS.intersection(phrase))
    shown = tuple(islice(plain, PHRASES))  # a topic has hundreds; no more of them are looked at than are shown
    return Phrases(shown, len(phrases) - len(shown))


def _score(desk: Desk, said: Suggestion) -> ScoreView:
    other = said.challenger
    return ScoreView(
        score=desk.words.score(said.score),
        threshold=desk.words.score(said.threshold),
        score_x=round(100 * said.score),
        threshold_x=round(100 * said.threshold),
        decided=said.decided,
        challenger=desk.words.score(other) if other is not None else "",
        challenger_x=round(100 * other) if other is not None else 0,
    )
