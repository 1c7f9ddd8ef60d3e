"""A small campaign in a folder: two outlets, two topics, three articles, and the command line to run over it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crawlers.article import Article, Media, Observation
from pipeline.cli import main
from pipeline.config import Config, load_config
from pipeline.store import Store, articles, observations, outlets
from tests.pipeline.pages import article_at

CAMPAIGN = """
[directive]
number = "12/STTTT"
date = "2020-09-01"
issuer = "Sở TTTT"
subject = "Tuyên truyền đại hội"

[fetch]
delay_s = 0.0
retries = 0

[classify]
model = "weak"

[[topic]]
id = "congress"
name = "Đại hội"
name_en = "Congress"
definition = "Mọi việc của đại hội."
cues = ["khai mạc đại hội", "đại hội đảng bộ"]

[[topic]]
id = "youth"
name = "Thanh niên"
name_en = "Youth"
definition = "Việc của đoàn thanh niên."
cues = ["đoàn thanh niên"]

[[phase]]
id = "before"
name = "Trước"
first_day = 2020-09-01
last_day = 2020-09-05

[[outlet]]
id = "bao"
name = "Báo Sơn Khê"
kind = "newspaper"
groups = ["press"]

[[outlet]]
id = "dai"
name = "Đài Sơn Khê"
kind = "broadcaster"
groups = ["press"]

[[source]]
id = "bao"
name = "Báo Sơn Khê"
outlet = "bao"
home = "http://127.0.0.1:9/"
loopback = true

[[source]]
id = "dai"
name = "Đài Sơn Khê"
outlet = "dai"
home = "http://127.0.0.1:9/dai/"
loopback = true

[[duty]]
phase = "before"
topic = "congress"
group = "press"
min_items = 1

[[duty]]
phase = "before"
topic = "youth"
outlet = "dai"
min_minutes = 1.5
"""

TEXTS = (
    ("bao", "=Đại hội đảng bộ huyện Thạch Bình", "Sáng nay, khai mạc đại hội đảng bộ huyện với 200 đại biểu.", 2),
    ("bao", "Giá rau tăng sau mưa", "Tiểu thương chợ phiên cho biết giá rau cải tăng gấp đôi.", 3),
    ("dai", "Đoàn thanh niên ra quân", "Đoàn thanh niên xã Nậm Pàn dọn 3 km đường.", 4),
)


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign's folder with its store, and the ids of its articles in the order of `TEXTS`."""

    folder: Path
    ids: tuple[str, ...]

    @property
    def file(self) -> Path:
        return self.folder / "config.toml"

    @property
    def config(self) -> Config:
        return load_config(self.file)

    def open(self) -> Store:
        return Store.open(self.config.store_url)

    def run(self, *arguments: object, lang: str = "en") -> int:
        return main(["--config", str(self.file), "--lang", lang, *map(str, arguments)])


@pytest.fixture
def campaign(tmp_path: Path, sqlite_template: Path) -> Campaign:
    """A campaign whose articles are stored and whose days are all proved; nothing is tagged or reviewed yet."""
    return make_campaign(tmp_path, sqlite_template)


@pytest.fixture(scope="session")
def new_campaign(sqlite_template: Path) -> Callable[[Path], Campaign]:
    """Makes a campaign like `campaign` in a folder."""
    return lambda folder: make_campaign(folder, sqlite_template)


def make_campaign(folder: Path, template: Path) -> Campaign:
    (folder / "config.toml").write_text(CAMPAIGN, encoding="utf-8")
    config = load_config(folder / "config.toml")
    config.data.mkdir()
    shutil.copy(template, config.data / "rasoat.sqlite")  # migrations take a second
    with Store.open(config.store_url) as store:
        return Campaign(folder, fill(store, config))


def fill(store: Store, config: Config) -> tuple[str, ...]:
    """Stores the articles of `TEXTS` and the proofs of their days; gives their ids."""
    made = [_article(number, *text) for number, text in enumerate(TEXTS)]
    with store.begin() as connection:
        outlets.sync(connection, config.outlets, config.sources)
        for article in made:
            articles.save(connection, article, article.source_id)
        for source in config.sources:
            seen = [
                Observation(source.id, date(2020, 9, day), proved=True, route="feed", evidence_url=source.home)
                for day in range(1, 6)
            ]
            observations.save(connection, seen, date(2020, 9, 6))
    return tuple(articles.article_id(each.source_id, each.channel, each.url_key) for each in made)


@pytest.fixture
def filled(tmp_path: Path, store: Store) -> tuple[Config, Store, tuple[str, ...]]:
    """The campaign's articles in a store of either engine: config, store, ids."""
    (tmp_path / "config.toml").write_text(CAMPAIGN, encoding="utf-8")
    config = load_config(tmp_path / "config.toml")
    return config, store, fill(store, config)


def _article(number: int, source: str, title: str, body: str, day: int) -> Article:
    key = f"{source}.example/bai-{number}.html"
    return article_at(
        key,
        title,
        body,
        at=datetime(2020, 9, day, 1, 30, tzinfo=UTC),
        published_precision="minute" if number else "day",
        media=(Media("video", f"http://{key}.mp4", 60.0),) if source == "dai" else (),
    )
