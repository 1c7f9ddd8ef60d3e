"""A town: a campaign with many articles that its model has read."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.article import Article
from pipeline.config import Config
from pipeline.records import Prediction
from pipeline.steps.model import model_version
from pipeline.store import Store, articles, predictions
from tests.pipeline.pages import article_at
from tests.pipeline.steps.desks import desk  # noqa: F401 - a fixture

AT = datetime(2020, 9, 7, 2, tzinfo=UTC)
SIZE = 300  # articles


@dataclass(frozen=True, slots=True)
class Town:
    """A campaign, its open store, and how to have more articles in it."""

    config: Config
    store: Store

    def put(self, numbers: Iterable[int]) -> None:
        """Stores articles, and what the model says of them."""
        with self.store.begin() as connection:
            predictions.save(connection, [_put(connection, self.config, number) for number in numbers])

    def article(self, number: int) -> str:
        """Gives the id of an article."""
        return articles.article_id("bao", "website", _key(number))

    def score(self, number: int) -> float:
        """Gives what the model says of an article for "congress": many small scores, few great ones."""
        return _score(number)


@pytest.fixture(scope="session")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the town's store is kept once it has been made."""
    return tmp_path_factory.mktemp("town") / "store.sqlite"


@pytest.fixture
def town(campaign: object, town_file: Path) -> Iterator[Town]:
    """A town of its own, copied: its making takes a second."""
    config: Config = campaign.config  # type: ignore[attr-defined]
    file = config.data / "rasoat.sqlite"
    if not town_file.exists():
        with Store.open(config.store_url) as store:
            Town(config, store).put(range(SIZE))
        shutil.copy(file, town_file)
    shutil.copy(town_file, file)
    with Store.open(config.store_url) as store:
        yield Town(config, store)


def _put(connection: object, config: Config, number: int) -> Prediction:
    page = _article(number)
    articles.save(connection, page, "bao")
    text = articles.content_hash(page.title, page.lead, page.body)
    scores = {"congress": _score(number), "youth": 0.001}
    identity = articles.article_id("bao", "website", page.url_key)
    return Prediction(identity, text, model_version(config), config.codebook.version, scores, (), {})


def _score(number: int) -> float:
    return (number % 100) ** 3 / 1e6


def _key(number: int) -> str:
    return f"bao.example/tin-{number}.html"


def _article(number: int) -> Article:
    body = f"Chợ phiên thứ {number} đông người mua bán."
    return article_at(_key(number), f"Tin số {number}", body, at=AT, published_precision="day", fetched_at=AT)
