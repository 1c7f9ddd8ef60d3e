"""Times our crawler beside Scrapy on the same articles: pages per second, and CPU milliseconds per page.

Usage: python tests/bench/crawl_speed.py [--hosts 16] [--delay-ms 0] [--articles 2000] [--rounds 3]
Scrapy takes part where it is installed (`pip install --group bench`). The articles, 67 KB each, stand on so many hosts of
this machine, listed on chained pages; every client follows the listings and parses each article with lxml. Rows:
`fetch` is our fetcher with its limits, checks and archive; `crawl` does all that a night does, extraction included;
`scrapy` has as many requests at a time as there are hosts, without cookies, retries, redirects and logging.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from lxml import html as lxml_html

ROWS = 20  # articles on one listing page
BYTES = 67_000  # of one article, as on the newspapers measured
SINCE, UNTIL = date(2020, 9, 1), date(2020, 9, 30)


# --- the site -----------------------------------------------------------------------------------------------------------


def article(host: int, number: int, size: int = BYTES) -> bytes:
    day = 1 + number % 30
    text = "".join(
        f"<p>Đoạn {part} của bài {number} ở trang {host} kể chuyện làm đường, đắp mương, dựng trường ở bản {number * 7 + part}, "
        f"với {part + 3} hộ góp đất và {number % 50 + 2} ngày công; ai cũng mong xong trước mùa mưa.</p>"
        for part in range(12)
    )
    page = (
        f"<html><head><title>Bài {number} về việc làm đường của bản {number * 7}</title></head><body><h1>Bài {number} về việc làm "
        f"đường của bản {number * 7}</h1><div class='ngay'>{day:02}/09/2020 08:00</div><div class='than'>{text}</div><script>"
    ).encode()
    return page + b"/*" + b"x" * (size - len(page) - 30) + b"*/</script></body></html>"


def listing(numbers: range, page: int, *, last: bool) -> bytes:
    items = "".join(
        f"<li><a href='/bai-{n}.html'>Bài {n} về việc làm đường của bản {n * 7}</a> <span>{1 + n % 30:02}/09/2020</span></li>"
        for n in numbers
    )
    following = "" if last else f"<a class='next' href='/tin?trang={page + 1}'>Trang sau</a>"
    return f"<html><body><h2>Tin tức</h2><ul>{items}</ul>{following}</body></html>".encode()


def site(host: int, articles: int) -> dict[str, bytes]:
    pages = {"/": b"<html><body><nav><a href='/tin'>Tin</a></nav></body></html>"}
    for page, first in enumerate(range(0, articles, ROWS), start=1):
        numbers = range(first, min(first + ROWS, articles))
        pages["/tin" if page == 1 else f"/tin?trang={page}"] = listing(numbers, page, last=first + ROWS >= articles)
        pages |= {f"/bai-{number}.html": article(host, number) for number in numbers}
    return pages


async def serve(hosts: int, articles: int, delay_s: float) -> None:
    async def answer(pages: dict[str, bytes], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                body = pages.get(request.split(b" ", 2)[1].decode(), b"")
                if delay_s:
                    await asyncio.sleep(delay_s)
                head = f"HTTP/1.1 {'200 OK' if body else '404 Not Found'}\r\nContent-Type: text/html; charset=utf-8\r\n"
                writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    servers = []
    for host in range(hosts):
        pages = site(host, articles // hosts)
        servers.append(await asyncio.start_server(lambda r, w, p=pages: answer(p, r, w), "127.0.0.1", 0))
    print(json.dumps([f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/" for server in servers]), flush=True)
    await asyncio.Event().wait()


# --- the clients --------------------------------------------------------------------------------------------------------


def run_fetch(homes: list[str]) -> int:
    from crawlers.archive import Archive
    from crawlers.fetch import Fetcher
    from crawlers.source import FetchPolicy, Source

    with tempfile.TemporaryDirectory() as place, Fetcher(FetchPolicy(delay_s=0)) as fetcher:
        archive = Archive(Path(place))

        def follow(home: str) -> int:
            source, url, pages = Source("s", "s", home), f"{home}tin", 0
            while url:
                root = lxml_html.fromstring(fetch(source, url))
                pages += 1
                for link in root.iter("a"):
                    if link.get("href", "").startswith("/bai-"):
                        page = lxml_html.fromstring(fetch(source, home + link.get("href")[1:]))
                        pages += bool(page.findtext(".//h1"))
                url = next((home + a.get("href")[1:] for a in root.iter("a") if a.get("class") == "next"), None)
            return pages

        def fetch(source: Source, url: str) -> bytes:
            answer = fetcher.get(url, source, role="page")
            archive.write(
                UNTIL, url=url, status=200, headers=answer.headers, body=answer.body, fetched_at=answer.fetched_at
            )
            return answer.body

        with ThreadPoolExecutor(len(homes)) as pool:
            pages = sum(pool.map(follow, homes))
        archive.close()
    return pages


def run_crawl(homes: list[str]) -> int:
    from crawlers.archive import Archive
    from crawlers.article import Article, Fetch
    from crawlers.crawl import crawl
    from crawlers.fetch import Fetcher
    from crawlers.source import FetchPolicy, Source

    sources = [Source(f"s{number}", "s", home) for number, home in enumerate(homes)]
    policy = FetchPolicy(delay_s=0)
    pages = found = 0
    with tempfile.TemporaryDirectory() as place, Fetcher(policy) as fetcher:
        archive = Archive(Path(place))
        span = {"since": SINCE, "until": UNTIL, "night": UNTIL, "learnt": {}, "proved": {}, "threads": len(homes)}
        for event in crawl(sources, fetcher, archive, {}, **span):
            pages += isinstance(event, Fetch) and event.status == 200
            found += isinstance(event, Article)
        archive.close()
    print(f"articles: {found}", file=sys.stderr)
    return pages


def run_scrapy(homes: list[str]) -> int:
    import scrapy
    from scrapy.crawler import CrawlerProcess

    pages = 0

    class Spider(scrapy.Spider):
        name = "bench"
        start_urls = [f"{home}tin" for home in homes]  # noqa: RUF012 - the framework's way

        def parse(self, response):
            nonlocal pages
            pages += 1
            root = lxml_html.fromstring(response.body)
            for link in root.iter("a"):
                if link.get("href", "").startswith("/bai-"):
                    yield response.follow(link.get("href"), self.parse_article)
                elif link.get("class") == "next":
                    yield response.follow(link.get("href"), self.parse)

        def parse_article(self, response):
            nonlocal pages
            pages += bool(lxml_html.fromstring(response.body).findtext(".//h1"))

    settings = {
        "CONCURRENT_REQUESTS": len(homes),
        "CONCURRENT_REQUESTS_PER_DOMAIN": len(homes),
        "COOKIES_ENABLED": False,
        "RETRY_ENABLED": False,
        "REDIRECT_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "ROBOTSTXT_OBEY": False,
        "DOWNLOAD_DELAY": 0,
        "LOG_ENABLED": False,
    }
    process = CrawlerProcess(settings)
    process.crawl(Spider)
    process.start()
    return pages


CLIENTS = {"fetch": run_fetch, "crawl": run_crawl, "scrapy": run_scrapy}


def measure(name: str, homes: list[str]) -> tuple[float, float]:
    """Runs one client in a process of its own; gives pages per second and CPU milliseconds per page."""
    call = [sys.executable, __file__, "--client", name]
    done = subprocess.run(call, input=json.dumps(homes), capture_output=True, text=True, check=True)
    row = json.loads(done.stdout.splitlines()[-1])
    return row["pages"] / row["wall_s"], 1000 * row["cpu_s"] / row["pages"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hosts", type=int, default=16)
    parser.add_argument("--delay-ms", type=float, default=0.0)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--client", choices=CLIENTS)
    parser.add_argument("--serve", action="store_true")
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve(options.hosts, options.articles, options.delay_ms / 1000))
    if options.client:
        homes, began = json.loads(sys.stdin.read()), time.monotonic()
        pages = CLIENTS[options.client](homes)
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(json.dumps({"pages": pages, "wall_s": time.monotonic() - began, "cpu_s": used.ru_utime + used.ru_stime}))
        return 0
    names = ["fetch", "crawl", *(["scrapy"] if find_spec("scrapy") else [])]
    call = [sys.executable, __file__, "--serve", "--hosts", str(options.hosts), "--articles", str(options.articles)]
    call += ["--delay-ms", str(options.delay_ms)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    os.environ.update(environment)
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True, env=environment) as server:
        homes = json.loads(server.stdout.readline())
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
        for _ in range(options.rounds):  # in turn: the machine is shared
            for name in names:
                runs[name].append(measure(name, homes))
        server.terminate()
    print(f"{options.hosts} hosts, {options.delay_ms:g} ms, {options.articles} articles, medians of {options.rounds}")
    for name in names:
        speed, cpu = (statistics.median(column) for column in zip(*runs[name], strict=True))
        print(f"{name:<8}{speed:>9.0f} pages/s {cpu:>9.2f} CPU ms/page")
    if "scrapy" not in names:
        print("scrapy: not installed (pip install --group bench)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
