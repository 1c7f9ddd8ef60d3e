"""A small province in a store, and makers of what a crawl yields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from crawlers.article import ArchiveRef, Article, DateEvidence, Fetch, Media
from crawlers.source import Source
from pipeline.records import LabelEvent, Outlet, Prediction
from pipeline.store import Store, articles, outlets

NIGHT = date(2020, 9, 21)
PUBLISHED = datetime(2020, 9, 20, 18, 30, tzinfo=UTC)  # 01:30 of the 21st in Hà Nội
CLAIM = DateEvidence(PUBLISHED, "meta", "minute", "2020-09-21T01:30+07:00")

ARTICLE = Article(
    source_id="web",
    url="https://bao.example/dai-hoi-1.html",
    url_key="bao.example/dai-hoi-1.html",
    channel="website",
    title="Đảng bộ huyện chuẩn bị đại hội",
    lead="Công tác chuẩn bị đã hoàn tất.",
    body="Các tiểu ban đã họp phiên cuối.\nVăn kiện được gửi tới đại biểu.",
    published=PUBLISHED,
    published_precision="minute",
    date_state="certain",
    date_evidence=(CLAIM, DateEvidence(PUBLISHED, "byline", "day", "21/9/2020")),
    canonical=None,
    media=(Media("video", "https://bao.example/1.mp4", 90.0), Media("audio", "https://bao.example/1.mp3")),
    lang="vi",
    provenance={"title": "meta", "body": "learnt"},
    fetched_at=datetime(2020, 9, 21, 15, 0, tzinfo=UTC),
    archive=ArchiveRef("rasoat-2020-09-21.warc.gz", 1024, 4096, "ab" * 32),
)
FETCH = Fetch(
    source_id="web",
    url=ARTICLE.url,
    url_key=ARTICLE.url_key,
    role="page",
    status=200,
    fetched_at=datetime(2020, 9, 21, 15, 0, tzinfo=UTC),
    etag='"1"',
    archive=ARTICLE.archive,
)
OUTLETS = (Outlet("bao", "Báo Sơn Khê", "newspaper", ("press",)), Outlet("dai", "Đài PTTH", "broadcaster"))
SOURCES = (
    Source("web", "Báo điện tử", "https://bao.example/", outlet="bao"),
    Source("phu", "Phụ san", "https://phu.example/", outlet="bao"),
    Source("dai", "Trang của đài", "https://dai.example/"),
)


@pytest.fixture
def province(store: Store) -> Store:
    """A store that knows two outlets, one of them with two sources."""
    with store.begin() as connection:
        outlets.sync(connection, OUTLETS, SOURCES)
    return store


@pytest.fixture
def make_article() -> Callable[..., Article]:
    """Gives an article of the source "web", with fields changed; `number` sets its URL and text apart."""

    def make(number: int = 1, **changes: object) -> Article:
        page = f"bao.example/dai-hoi-{number}.html"
        apart = {"url": f"https://{page}", "url_key": page, "title": f"Đảng bộ huyện chuẩn bị đại hội ({number})"}
        return replace(ARTICLE, **(apart | changes))

    return make


@pytest.fixture
def make_fetch() -> Callable[..., Fetch]:
    """Gives an exchange of the source "web", with fields changed."""
    return lambda **changes: replace(FETCH, **changes)


@pytest.fixture
def put(province: Store) -> Callable[..., str]:
    """Stores an article of the outlet "bao" and gives its id."""

    def store_it(article: Article, outlet: str = "bao") -> str:
        with province.begin() as connection:
            articles.save(connection, article, outlet)
        return articles.article_id(article.source_id, article.channel, article.url_key)

    return store_it


@pytest.fixture
def make_prediction(province: Store) -> Callable[..., Prediction]:
    """Gives a prediction for the present text of a stored article."""

    def make(identity: str, score: float = 0.75, model: str = "m1", codebook: str = "c1") -> Prediction:
        with province.read() as connection:
            article = articles.get(connection, identity)
        scores = {"congress": score, "elections": 0.1}
        return Prediction(identity, article.content_hash, model, codebook, scores, ("congress",), {"congress": "Họp."})

    return make


@pytest.fixture
def make_label() -> Callable[..., LabelEvent]:
    """Gives a reviewer's word on the topic "congress"."""

    def make(identity: str, *, value: bool = True, minute: int = 0, **changes: object) -> LabelEvent:
        at = datetime(2020, 10, 1, 8, minute, tzinfo=UTC)
        return replace(LabelEvent(identity, "congress", value, "lan", at, "c1"), **changes)

    return make
