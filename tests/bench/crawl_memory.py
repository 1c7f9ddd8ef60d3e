"""Prints the most memory that a night takes on a small and on a large site, and how much more the large one needs.

Usage: python tests/bench/crawl_memory.py [crawl] [warc] [manifest] [--pages 2000 20000]
One host of this machine serves articles of 6 KB on chained listing pages. `crawl` is its first night, `warc` reads the
same articles from a WARC file, `manifest` extracts them as `rasoat extract --manifest` does. Each runs in a process of
its own. Archives are synced record by record: on a busy disk, TMPDIR=/dev/shm takes that out of the time.
"""

from __future__ import annotations

import argparse
import http.server
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from crawl_speed import ROWS, SINCE, UNTIL, article, listing

from crawlers.archive import Archive
from crawlers.article import Article
from crawlers.crawl import crawl
from crawlers.fetch import Fetcher
from crawlers.replay import read_file
from crawlers.source import FetchPolicy, Source
from pipeline.steps.extract import extract_manifest

BYTES = 6_000  # of one article: less of it is script than on newspapers, so that more of it is kept
ENOUGH = 1_000_000  # requests, pages of a list: this bench is about no budget
SERVED = "http://bench.example/"  # where the pages of `manifest` and `warc` say that they are from


class Site(http.server.BaseHTTPRequestHandler):
    """Makes each page when it is asked for; `articles` is how many there are."""

    protocol_version = "HTTP/1.1"
    articles = 0

    def do_GET(self) -> None:
        body = page(self.path, self.articles)
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def page(path: str, articles: int) -> bytes:
    if path == "/":
        return b"<html><body><nav><a href='/tin'>Tin</a></nav></body></html>"
    if path.startswith("/bai-"):
        return article(0, int(path.removeprefix("/bai-").removesuffix(".html")), BYTES)
    if path.startswith("/tin"):
        number = int(path.partition("trang=")[2] or 1)
        first = ROWS * (number - 1)
        return listing(range(first, min(first + ROWS, articles)), number, last=first + ROWS >= articles)
    return b""


def serve(articles: int) -> None:
    Site.articles = articles
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    print(f"http://127.0.0.1:{server.server_address[1]}/", flush=True)
    threading.Thread(target=sys.stdin.read, daemon=True).start()
    server.serve_forever()


# --- what is measured ---------------------------------------------------------------------------------------------------


def run_crawl(home: str, folder: Path, _articles: int) -> int:
    enough = {"budget_per_host": ENOUGH, "hourly_budget_per_host": ENOUGH, "max_listing_pages": ENOUGH}
    with Fetcher(FetchPolicy(delay_s=0, **enough)) as fetcher, closing(Archive(folder / "archive")) as archive:
        span = {"since": SINCE, "until": UNTIL, "night": UNTIL, "learnt": {}, "proved": {}}
        return count(crawl([Source("s", "s", home)], fetcher, archive, {}, **span))


def run_warc(_home: str, folder: Path, _articles: int) -> int:
    file, source = folder / "others" / f"rasoat-{UNTIL}.warc.gz", Source("s", "s", SERVED)
    with closing(Archive(folder / "copy")) as archive:
        return count(read_file([source], archive, {}, UNTIL, {}, file, max_bytes=ENOUGH, tally=Counter()))


def run_manifest(_home: str, folder: Path, articles: int) -> int:
    return extract_manifest(folder / "manifest.jsonl", folder / "out.jsonl", lambda *_: None).pages


def count(events) -> int:
    return sum(isinstance(event, Article) for event in events)


RUNS = {"crawl": run_crawl, "warc": run_warc, "manifest": run_manifest}


def write_pages(folder: Path, articles: int) -> None:
    """Writes the articles as files with their manifest, and as a WARC file."""
    (folder / "pages").mkdir()
    moment, headers = datetime(2020, 9, 30, tzinfo=UTC), (("Content-Type", "text/html; charset=utf-8"),)
    with closing(Archive(folder / "others")) as archive, (folder / "manifest.jsonl").open("w") as rows:
        for number in range(articles):
            url, body = f"{SERVED}bai-{number}.html", article(0, number, BYTES)
            (folder / "pages" / f"{number}.html").write_bytes(body)
            rows.write(json.dumps({"file": f"pages/{number}.html", "url": url}) + "\n")
            archive.write(UNTIL, url=url, status=200, headers=headers, body=body, fetched_at=moment)


def measure(name: str, home: str, folder: Path, articles: int) -> float:
    """Runs one of RUNS in a process of its own and gives the most megabytes that it held."""
    call = [sys.executable, __file__, "--run", name, "--home", home, "--folder", str(folder), "--pages", str(articles)]
    began = time.monotonic()
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    row = json.loads(done.stdout.splitlines()[-1])
    seconds = time.monotonic() - began
    print(
        f"{name:<9}{articles:>7} pages: {row['articles']:>6} articles, {row['mb']:>6.0f} MB, {seconds:.0f} s",
        flush=True,
    )
    return row["mb"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=list(RUNS))
    parser.add_argument("--pages", type=int, nargs="+", default=[2_000, 20_000])
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--run", choices=RUNS)
    parser.add_argument("--home", default="")
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if options.serve:
        serve(options.pages[0])
    if options.run:
        found = RUNS[options.run](options.home, options.folder, options.pages[0])
        print(json.dumps({"articles": found, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
        return 0
    names = [name for name in RUNS if name in options.names]
    most: dict[str, list[float]] = {name: [] for name in names}
    for articles in options.pages:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            write_pages(folder, articles)
            call = [sys.executable, __file__, "--serve", "--pages", str(articles)]
            with subprocess.Popen(
                call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ
            ) as server:
                home = server.stdout.readline().strip()
                for name in names:
                    most[name].append(measure(name, home, folder, articles))
                server.terminate()
    for name, found in most.items():
        print(
            f"{name:<9} {found[-1] / found[0]:.2f} times the memory for {options.pages[-1] / options.pages[0]:.0f} times the pages"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
