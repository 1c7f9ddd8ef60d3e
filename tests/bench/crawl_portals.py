"""Crawls each real portal of the shared data from its home page alone and compares with the pages read by hand.

Usage: python tests/bench/crawl_portals.py [PORTAL …]   (data: RASOAT_SHARED, default ../shared beside the project)
Prints, for each portal: articles found, titles, dates and bodies right, other pages wrongly stored, days proved, and the time
taken.
"""

from __future__ import annotations

import functools
import http.server
import json
import os
import resource
import sys
import tarfile
import tempfile
import threading
import time
from collections import Counter
from datetime import date
from pathlib import Path
from urllib.parse import quote

from crawlers.archive import Archive
from crawlers.article import Article, Failure, Fetch, Observation, Outcome
from crawlers.crawl import crawl
from crawlers.dates import LOCAL_TZ
from crawlers.fetch import Fetcher
from crawlers.source import FetchPolicy, Source
from crawlers.urls import url_key

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("RASOAT_SHARED", ROOT.parent / "shared"))


class Pages(http.server.SimpleHTTPRequestHandler):
    """Serves a folder; `/name` gives `name/index.html` without a redirect."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if (Path(self.translate_path(self.path)) / "index.html").is_file() and not self.path.endswith("/"):
            self.path += "/"
        super().do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def serve(folder: Path) -> tuple[http.server.ThreadingHTTPServer, str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Pages, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}/"


def measure(portal: str, folder: Path, gold: list[dict]) -> None:
    server, home = serve(folder / portal)
    source = Source(id=portal.replace(".", "-"), name=portal, home=home, loopback=True)
    stored: dict[str, Article] = {}
    outcomes: Counter[str] = Counter()
    states: Counter[str] = Counter()
    failures: list[Failure] = []
    days: Counter[bool] = Counter()
    fetched = 0
    started, cpu = time.monotonic(), time.process_time()
    with tempfile.TemporaryDirectory() as place, Fetcher(FetchPolicy(delay_s=0)) as fetcher:
        night = date(2026, 1, 1)
        events = crawl(
            [source],
            fetcher,
            Archive(Path(place)),
            {},
            since=date(2000, 1, 1),
            until=night,
            night=night,
            learnt={},
            proved={},
        )
        for event in events:
            if isinstance(event, Article):
                stored[event.url_key] = event
                states[event.date_state] += 1
            elif isinstance(event, Outcome):
                outcomes[event.outcome] += 1
            elif isinstance(event, Observation):
                days[event.proved] += 1
            elif isinstance(event, Failure):
                failures.append(event)
            elif isinstance(event, Fetch):
                fetched += 1
    wall, cpu = time.monotonic() - started, time.process_time() - cpu
    server.shutdown()
    mine = [row for row in gold if row["page"].startswith(portal + "/")]
    found = titles = dates = dated = bodies = articles = wrong = 0
    for row in mine:
        path = row["page"].removeprefix(portal + "/").removesuffix("index.html").rstrip("/")
        article = stored.get(url_key(home + quote(path)))
        if row["kind"] != "article":
            if article is not None:
                wrong += 1
                print(f"  stored though {row['kind']}: {row['page']}: {article.title[:60]!r}")
            continue
        articles += 1
        if article is None:
            print(f"  not found: {row['page']}")
            continue
        found += 1
        titles += article.title == row["title"] or print(f"  title {article.title!r} for {row['title']!r}") is not None
        day = article.published.astimezone(LOCAL_TZ).date().isoformat() if article.published else None
        dated += row["published"] is not None
        right = day == row["published"]
        dates += right
        if not right:
            print(f"  date {day} for {row['published']}: {row['page']}")
        text = f"{article.lead}\n{article.body}"
        missing = [m for m in row["must"] if m not in text]
        foreign = [m for m in row["must_not"] if m in text]
        bodies += not missing and not foreign
        if missing or foreign:
            print(f"  body: missing {[m[:50] for m in missing]}, foreign {[m[:50] for m in foreign]}: {row['page']}")
    print(
        f"{portal}: {fetched} requests, {len(stored)} articles stored ({dict(states)}), outcomes {dict(outcomes)}, "
        f"{len(failures)} failures; gold articles found {found}/{articles}, titles {titles}/{found}, "
        f"dates {dates}/{found} ({dated} dated), bodies {bodies}/{found}; other kinds stored {wrong}/{len(mine) - articles}; "
        f"{days[True]} of {days.total()} days proved; {wall:.1f} s wall, {cpu:.1f} s CPU, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB peak"
    )


def main(portals: list[str]) -> int:
    if not (SHARED / "sites").is_dir():
        print(f"{SHARED}: no shared data; set RASOAT_SHARED")
        return 1
    gold = [json.loads(line) for line in (SHARED / "sites/portals-dev.gold.jsonl").read_text().splitlines()]
    with tempfile.TemporaryDirectory() as place:
        with tarfile.open(SHARED / "sites/portals-dev.tar.xz") as tar:
            tar.extractall(place, filter="data")
        for portal in portals or sorted(path.name for path in Path(place).iterdir()):
            measure(portal, Path(place), gold)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
