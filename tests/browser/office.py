"""An office at work: the sample province's articles in a store, read by the machine, a queue over them, and browsers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

from crawlers.article import Article
from pipeline.config import Config, load_config
from pipeline.readings import Draw, Queue, User
from pipeline.sample.texts import SampleArticle, load_articles
from pipeline.steps.classify import classify
from pipeline.store import Store, articles, labels, outlets, queues, readings, users
from tests.pipeline.web.live import NAMES, PASSWORD, Clock, Site, _hashed, add_users

AT = datetime(2025, 11, 25, 2, 0, tzinfo=UTC)
SECOND = "Thảo"  # another reviewer than live.NAMES has
MOST = 45  # articles
CHROMIUM = os.environ.get("RASOAT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
SIZES = {"wide": (1280, 900), "narrow": (390, 844)}


class Ticking(Clock):
    """A clock that moves by a second whenever somebody looks at it."""

    def __call__(self) -> datetime:
        self.forward(seconds=1)
        return self.at


@dataclass(frozen=True, slots=True)
class Office:
    """A campaign's folder and the ids of its articles, those with most topics first."""

    config: Config
    ids: tuple[str, ...]


def make_office(folder: Path) -> Office:
    """Fills a store with the sample's own articles, tagged by the codebook's phrases alone."""
    (folder / "config.toml").write_bytes((resources.files("pipeline.sample") / "config.toml").read_bytes())
    config = load_config(folder / "config.toml")
    config = replace(config, classify=replace(config.classify, model="weak"))
    made = [article for article, _ in sample_articles(config)[:MOST]]
    with Store.open(config.store_url, create=True) as store:
        with store.begin() as connection:
            outlets.sync(connection, config.outlets, config.sources)
            for article in made:
                articles.save(connection, article, config.outlet_of[article.source_id])
            users.add(connection, User(SECOND, "reviewer", AT), _hashed())
        add_users(store, AT)
        classify(config, store, lambda *_: None)
    return Office(config, tuple(articles.article_id(each.source_id, each.channel, each.url_key) for each in made))


def sample_articles(config: Config) -> list[tuple[Article, tuple[str, ...]]]:
    """Gives all articles of the sample with their true topics, those with most topics first."""
    sources = {source.outlet: source.id for source in reversed(config.sources)}
    texts = sorted((each for each in load_articles() if each.outlet in sources), key=lambda each: -len(each.topics))
    return [(_article(each, sources[each.outlet]), each.topics) for each in texts]


def moved(office: Office, folder: Path) -> Office:
    """Copies an office, so that a test may do there what it likes."""
    shutil.copytree(office.config.file.parent, folder, dirs_exist_ok=True)
    return replace(office, config=replace(office.config, file=folder / "config.toml"))


def draw(site: Site, name: str, ids: Sequence[str], **more: Any) -> None:
    """Draws articles into a queue of the uniform sample; every tenth is served without suggestion."""
    with site.store.begin() as connection:
        codebook = site.config.codebook.version
        queues.create(connection, Queue(name, "uniform", {"rate": 0.4, "seed": 17}, codebook, site.clock()))
        drawn = [
            Draw(name, 0, each, codebook, inclusion_probability=0.4, blind=n % 10 == 9) for n, each in enumerate(ids)
        ]
        queues.add(connection, [replace(each, **more) for each in drawn])


class Person:
    """Somebody with a keyboard before a page."""

    def __init__(self, site: Site, page: Any, name: str) -> None:
        self.site, self.page, self.name = site, page, NAMES.get(name, name)  # type: ignore[call-overload]

    def log_in(self, path: str) -> None:
        """Logs in by keyboard and arrives at a page."""
        self.page.goto(f"{self.site.url}/login?next={path}")
        self.page.locator("[name=name]").focus()
        self.page.keyboard.type(self.name)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(f"{self.site.url}{path}")
        self.ready()

    def go(self, path: str) -> None:
        self.page.goto(f"{self.site.url}{path}")
        self.ready()

    def ready(self) -> None:
        """Waits until the scripts of the page listen, where it has such."""
        self.page.wait_for_load_state("load")
        if self.page.locator("#desk").count():
            self.page.wait_for_selector("html.scripted")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def act(self, key: str) -> None:
        """Presses a key that brings another article or page, and waits until it is there."""
        self.page.evaluate("document.getElementById('desk').dataset.old = 'yes'")
        self.press(key)
        self.page.wait_for_function(
            "() => { const now = document.getElementById('desk'); return now && !now.dataset.old; }"
        )
        self.ready()

    @property
    def title(self) -> str:
        """The title at which the reader goes on, without number and codes."""
        sentence = self.page.locator("#read-title .sentence")
        return str(sentence.evaluate("each => [...each.childNodes].find(node => node.nodeType === 3).textContent"))

    @property
    def chosen(self) -> list[str]:
        """The codes of the chosen topics."""
        return self.page.locator(".topic:has(.choose:checked)").evaluate_all(
            "all => all.map(each => each.dataset.code)"
        )  # type: ignore[no-any-return]

    @property
    def said(self) -> str:
        """What a screen reader was told last."""
        return str(self.page.locator("#said").inner_text())

    def focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.id"))

    def events(self) -> list[Any]:
        """Every word of this person, in order."""
        with self.site.store.read() as connection:
            return [each for each in labels.events(connection) if each.reviewer == self.name]

    def decisions(self) -> list[Any]:
        with self.site.store.read() as connection:
            return [each for each in readings.adjudicated(connection) if each.lead == self.name]


def _article(text: SampleArticle, source: str) -> Article:
    page = f"{text.outlet}.example/{text.slug}.html"
    return Article(
        source_id=source,
        url=f"https://{page}",
        url_key=page,
        channel="website",
        title=text.title,
        lead=text.lead,
        body="\n".join(text.paragraphs),
        published=text.published.astimezone(UTC),
        published_precision="minute",
        date_state="certain",
        date_evidence=(),
        canonical=None,
        media=(),
        lang="vi",
        provenance={},
        fetched_at=text.published.astimezone(UTC) + timedelta(days=1),
        archive=None,
    )
