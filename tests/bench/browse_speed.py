"""Prints how long a page of search and browse takes in a large store: p50 and p95 of every filter.

Usage: python tests/bench/browse_speed.py [ARTICLES] [--keep FILE] [--rounds N] [--url URL]
The store is made first: made-up texts whose words are as rare and as frequent as those of the press (Zipf), 40 outlets, a
year of days, scores of twelve topics, labels on one article in twenty. `--keep` keeps it in FILE, or measures what is there.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice, product
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, insert

sys.path.insert(0, str(Path(__file__).parents[2]))

from crawlers.dates import local_day
from crawlers.source import Source
from pipeline.records import LabelEvent, Outlet
from pipeline.store import Store, labels, outlets, schema, search
from pipeline.store.browse import Found, Reader, Selection, count, found, page
from pipeline.store.identity import article_id, content_hash, url_id
from pipeline.store.terms import parse

SEED = 17
TOPICS = tuple(f"topic_{number}" for number in range(12))
OUTLETS = 40
FIRST = datetime(2020, 1, 1, tzinfo=UTC)
DAYS = 365
WORDS_A_TEXT = (200, 900)
BATCH = 1_000
MODEL, CODEBOOK = "champion-1", "codebook-1"
ONSETS = [
    "b",
    "c",
    "ch",
    "d",
    "đ",
    "g",
    "gh",
    "gi",
    "h",
    "k",
    "kh",
    "l",
    "m",
    "n",
    "ng",
    "nh",
    "p",
    "ph",
    "qu",
    "r",
    "s",
    "t",
    "th",
    "tr",
    "v",
    "x",
]
RIMES = [
    "a",
    "an",
    "ang",
    "anh",
    "ao",
    "at",
    "ay",
    "ăn",
    "ăng",
    "âm",
    "ân",
    "âu",
    "e",
    "em",
    "en",
    "êm",
    "ên",
    "i",
    "iê",
    "iên",
    "in",
    "inh",
    "iu",
    "o",
    "oa",
    "oan",
    "ong",
    "ô",
    "ôi",
    "ôn",
    "ơ",
    "ơn",
    "u",
    "ua",
    "ung",
    "uôc",
    "ư",
    "ương",
    "ưu",
]
TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")


def main() -> int:
    asked = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        file = asked.keep or Path(scratch) / "store.sqlite"
        url = asked.url or f"sqlite:///{file}"
        known = asked.url is None and file.exists()
        with Store.open(url, create=True) as store:
            if not known:
                started = time.perf_counter()
                make(store, asked.articles)
                print(f"made {asked.articles:,} articles in {time.perf_counter() - started:.0f} s")
            measure(store, asked.rounds)
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="?", type=int, default=200_000)
    parser.add_argument("--keep", type=Path, metavar="FILE", help="keep the store there, or measure the one that is")
    parser.add_argument("--rounds", type=int, default=20, help="pages asked for each filter")
    parser.add_argument("--url", help="an empty PostgreSQL database, instead of SQLite")
    return parser.parse_args()


def syllables() -> list[str]:
    """All that can be said, in an order of frequency that chance gives."""
    import unicodedata

    said = [
        unicodedata.normalize("NFC", onset + rime[0] + tone + rime[1:])
        for onset, rime, tone in product(ONSETS, RIMES, TONES)
    ]
    random.Random(SEED).shuffle(said)
    return said


def texts(count_: int) -> Iterator[tuple[str, str]]:
    chance = np.random.default_rng(SEED)
    said = np.array(syllables())
    rate = 1 / np.arange(3, len(said) + 3)
    for _ in range(count_):
        size = chance.integers(*WORDS_A_TEXT)
        words = said[np.searchsorted(np.cumsum(rate / rate.sum()), chance.random(size)).clip(max=len(said) - 1)]
        lines = [" ".join(words[first : first + 60]).capitalize() + "." for first in range(12, size, 60)]
        yield " ".join(words[:12]).capitalize(), "\n".join(lines)


def make(store: Store, count_: int) -> None:
    chance = random.Random(SEED)
    publishers = [Outlet(f"o{number}", f"Báo {number}", "newspaper") for number in range(OUTLETS)]
    sources = [Source(each.id, each.name, f"https://{each.id}.example/", outlet=each.id) for each in publishers]
    with store.begin() as connection:
        outlets.sync(connection, publishers, sources)
    stream = enumerate(texts(count_))
    while part := list(islice(stream, BATCH)):
        rows = [row(number, title, body, chance) for number, (title, body) in part]
        with store.begin() as connection:
            for table in (schema.urls, schema.outcomes, schema.articles, schema.article_revisions, schema.predictions):
                connection.execute(insert(table), [made[table.name] for made in rows])
            search.put_batch(
                connection,
                [(made["articles"]["id"], title, body) for made, (_, (title, body)) in zip(rows, part, strict=True)],
            )
            ids = [made["articles"]["id"] for made in rows]
            connection.execute(
                insert(schema.clusters), [{"article_id": each, "cluster_id": ids[0]} for each in ids[1::10]]
            )
            labels.append(connection, [event(each, topic, chance) for each in ids[::20] for topic in TOPICS])


def row(number: int, title: str, body: str, chance: random.Random) -> dict[str, dict[str, object]]:
    outlet = f"o{int(OUTLETS * chance.random() ** 2)}"  # a few publish most
    key = f"{outlet}.example/{number}"
    identity, hashed = article_id(outlet, "website", key), content_hash(title, "", body)
    state = chance.choices(("certain", "probable", "doubtful", "undated"), (80, 13, 4, 3))[0]
    published = (
        None if state == "undated" else FIRST + timedelta(days=chance.randrange(DAYS), seconds=chance.randrange(60_000))
    )
    page = {"source_id": outlet, "url_id": url_id(key), "night": date(2021, 1, 1)}
    dated = {"published": published, "published_precision": published and "minute", "date_state": state}
    scores = {topic: round(chance.betavariate(0.2, 3), 6) for topic in TOPICS}
    decided = [topic for topic, score in scores.items() if score > 0.5]
    url = {"url": f"https://{key}"}
    return {
        "urls": page | url | {"url_key": key, "role": "page", "status": 200, "outcome": "article"},
        "outcomes": page | {"outcome": "article"},
        "articles": {
            "id": identity,
            "source_id": outlet,
            "outlet_id": outlet,
            "channel": "website",
            "url_id": page["url_id"],
        }
        | dated
        | url
        | {
            "url_key": key,
            "revision": 1,
            "content_hash": hashed,
            "title": title,
            "media_s": 0.0,
            "day": published and local_day(published),
        },
        "article_revisions": {
            "article_id": identity,
            "revision": 1,
            "content_hash": hashed,
            "fetched_at": FIRST,
            "provenance": {},
        }
        | dated
        | url
        | {"title": title, "lead": "", "body": body},
        "predictions": {"model": MODEL, "codebook": CODEBOOK, "article_id": identity, "content_hash": hashed}
        | {"topics": decided, "scores": scores, "evidence": dict.fromkeys(decided, body[:200])},
    }


def event(identity: str, topic: str, chance: random.Random) -> LabelEvent:
    return LabelEvent(identity, topic, chance.random() < 0.1, "lan", FIRST, CODEBOOK)


def cases(said: list[str]) -> dict[str, Callable[[random.Random], Selection]]:
    def day(chance: random.Random) -> date:
        return FIRST.date() + timedelta(days=chance.randrange(DAYS - 30))

    def outlet(chance: random.Random) -> str:
        return f"o{chance.randrange(OUTLETS)}"

    def topic(chance: random.Random) -> str:
        return chance.choice(TOPICS)

    def words(chance: random.Random, first: int, last: int, many: int = 1) -> str:
        return " ".join(chance.choice(said[first:last]) for _ in range(many))

    def month(chance: random.Random) -> dict[str, date]:
        first = day(chance)
        return {"since": first, "until": first + timedelta(days=30)}

    return {
        "everything": lambda _: Selection(),
        "outlet": lambda chance: Selection(outlet=outlet(chance)),
        "phase of a month": lambda chance: Selection(**month(chance)),
        "outlet and phase": lambda chance: Selection(outlet=outlet(chance), **month(chance)),
        "doubtful date": lambda _: Selection(state="doubtful"),
        "undated": lambda _: Selection(state="undated"),
        "topic, label or machine": lambda chance: Selection(topic=topic(chance)),
        "topic, label": lambda chance: Selection(topic=topic(chance), by="label"),
        "topic, machine": lambda chance: Selection(topic=topic(chance), by="machine"),
        "topic, disagree": lambda chance: Selection(topic=topic(chance), by="disagree"),
        "topic, score 0.4 to 0.6": lambda chance: Selection(topic=topic(chance), by="all", low=0.4, high=0.6),
        "topic and phase": lambda chance: Selection(topic=topic(chance), **month(chance)),
        "unread": lambda _: Selection(read=False),
        "read": lambda _: Selection(read=True),
        "rare word": lambda chance: Selection(terms=parse(words(chance, 1500, 4000))),
        "frequent word": lambda chance: Selection(terms=parse(words(chance, 0, 30))),
        "three words": lambda chance: Selection(terms=parse(words(chance, 20, 400, 3))),
        "phrase": lambda chance: Selection(terms=parse(f'"{words(chance, 0, 40, 2)}"')),
        "prefix of three letters": lambda _: Selection(terms=parse("thu*")),
        "frequent word and outlet": lambda chance: Selection(terms=parse(words(chance, 0, 30)), outlet=outlet(chance)),
        "word, topic, phase": lambda chance: Selection(
            terms=parse(words(chance, 0, 300)), topic=topic(chance), **month(chance)
        ),
    }


def measure(store: Store, rounds: int) -> None:
    reader = Reader(MODEL, CODEBOOK)
    print(f"{'milliseconds by the clock, and of the processor':<48}{'page':>16}{'count':>18}")
    print(f"{'':<28}{'p50':>8}{'p95':>8}{'cpu':>8}{'p50':>8}{'p95':>8}{'cpu':>8}")
    for name, make_case in cases(syllables()).items():
        chance = random.Random(SEED)
        paged, counted = [], []
        for _ in range(rounds):
            selection = make_case(chance)
            with store.read() as connection:
                paged.append(timed(shown, connection, selection, reader))
                counted.append(timed(count, connection, selection, reader))
        print(f"{name:<28}{figures(paged)}{figures(counted)}", flush=True)


def shown(connection: Connection, selection: Selection, reader: Reader) -> list[Found]:
    return found(connection, page(connection, selection, reader).ids, reader)


def timed(work: Callable[..., object], *given: object) -> tuple[float, float]:
    """Gives milliseconds by the clock and of this process, which is SQLite's too."""
    clock, cpu = time.perf_counter(), time.process_time()
    work(*given)
    return 1_000 * (time.perf_counter() - clock), 1_000 * (time.process_time() - cpu)


def figures(times: list[tuple[float, float]]) -> str:
    clock, cpu = zip(*times, strict=True)
    values = (np.quantile(clock, 0.5), np.quantile(clock, 0.95), np.quantile(cpu, 0.95))
    return "".join(f"{value:>8.0f}" for value in values)


if __name__ == "__main__":
    sys.exit(main())
