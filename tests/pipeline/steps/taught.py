"""A campaign whose reviewers have read a good many articles: the store's labels that retraining learns from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from models.document import Document
from models.kept import SEGMENTER_VERSION
from pipeline.readings import Draw, Queue
from pipeline.records import LabelEvent
from pipeline.store import articles, codebooks, labels, queues, words
from tests.pipeline.pages import article_at

NOON = datetime(2020, 10, 1, 5, tzinfo=UTC)
KINDS = (  # topic, the sentence that says so; neither has a phrase that the campaign's cues know
    ("congress", "Đảng bộ xã {} họp phiên trù bị, bầu ban chấp hành khóa mới."),
    ("youth", "Bạn trẻ xã {} mặc áo xanh tình nguyện ra quân dọn đường."),
    ("", "Giá rau ở chợ {} tăng sau đợt mưa, tiểu thương lo ế."),
)
PLACES = ("Nà Lang", "Bản Chu", "Khuổi Nọi", "Pác Ái", "Tà Lùng", "Kéo Hin", "Phai Đon")


def article_of(number: int) -> tuple[str, str, str]:
    """Topic, headline and marked sentence of an article; every third is of the same kind."""
    topic, sentence = KINDS[number % 3]
    said = sentence.format(f"{PLACES[number % 7]} {number}")
    return topic, f"Chuyện ở {PLACES[number % 7]} số {number}", said


def store_articles(campaign, count: int, first: int = 0) -> list[str]:
    """Stores articles and gives their ids, in the order of their numbers; each syllable is kept as a word of its own.

    So nothing needs to be segmented, which takes seconds to load.
    """
    ids, cut = [], {}
    with campaign.open() as store, store.begin() as connection:
        for number in range(first, first + count):
            _, title, said = article_of(number)
            at = datetime(2020, 9, 2, 1, tzinfo=UTC)
            made = article_at(f"bao.example/tin-{number}.html", title, f"{said} Người dân quan tâm theo dõi.", at=at)
            articles.save(connection, made, "bao")
            lines = Document(made.title, made.body).lines()
            cut[articles.content_hash(made.title, made.lead, made.body)] = "\n".join(lines).lower()
            ids.append(articles.article_id(made.source_id, made.channel, made.url_key))
        words.put(connection, SEGMENTER_VERSION, cut)
    return ids


def label(campaign, ids, *, reviewer: str = "lan", wrong: bool = False, at: datetime = NOON, skipped=frozenset()):
    """Says of every article which topics it has, with the sentence that says so; or all `wrong`, the other topic."""
    version = campaign.config.codebook.version
    events = []
    for number, identity in enumerate(ids):
        if identity in skipped:
            continue
        topic, _, said = article_of(number)
        topic = {"congress": "youth", "youth": "congress", "": "congress"}[topic] if wrong else topic
        events += [
            LabelEvent(
                identity,
                each,
                each == topic,
                reviewer,
                at,
                version,
                origin="review",
                evidence=said if each == topic else None,
            )
            for each in ("congress", "youth")
        ]
    with campaign.open() as store, store.begin() as connection:
        codebooks.register(connection, version, campaign.config.codebook.as_json())
        labels.append(connection, events)


def draw(campaign, ids, *, name: str = "mau", done: int = 1, purpose: str = "uniform"):
    """Draws articles into a queue; `done` readings of each."""
    version = campaign.config.codebook.version
    with campaign.open() as store, store.begin() as connection:
        queues.create(connection, Queue(name, purpose, {"rate": 1.0}, version, NOON - timedelta(days=1)))
        drawn = [
            Draw(name, 0, each, version, inclusion_probability=1.0, wanted=max(1, done), done=done) for each in ids
        ]
        queues.add(connection, drawn)


def teach(campaign, count: int = 180) -> list[str]:
    """Stores, draws and labels articles: half of them are kept to judge models."""
    ids = store_articles(campaign, count)
    draw(campaign, ids)
    label(campaign, ids)
    return ids
