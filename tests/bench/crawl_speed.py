"""Times our crawler beside Scrapy on the same articles: pages per second, and CPU milliseconds per page.

Usage: python tests/bench/crawl_speed.py [--hosts 16 64] [--delay-ms 0 50] [--articles 2000] [--rounds 3]
       [--clients fetch scrapy night scrapy+text]
Scrapy takes part where the interpreter `--scrapy` has it (`make bench` makes one in var/bench-venv). The articles, 67 KB each, stand on so many hosts of
this machine, listed on chained pages; every client follows the listings. Each run is a process of its own, the clients in
turn; medians are printed, with their ratio to Scrapy's. Rows:
  fetch         our fetcher with its limits, checks and robots.txt; every answer archived, every page parsed with lxml
  scrapy        Scrapy without cookies, retries, redirects, robots.txt and logging, on uvloop: as many requests at a time
                as there are hosts; every page parsed with lxml
  night         all that a first night does: discovery, archive, extraction with metadata, proof, store
  scrapy+text   the same Scrapy with trafilatura's text and metadata of every article; nothing is kept
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from lxml import html as lxml_html

sys.path.insert(0, str(Path(__file__).parents[2]))

ROWS = 20  # articles on one listing page
BYTES = 67_000  # of one article, as on the newspapers measured
SYLLABLES = (
    "lũng", "khánh", "nà", "pác", "bản", "tân", "hữu", "yên", "bình", "chi",
    "thanh", "vân", "cao", "phong", "hồng", "quang", "đồng", "mỹ", "xuân", "lạc",
)  # fmt: skip
SINCE, UNTIL = date(2020, 9, 1), date(2020, 9, 30)


# --- the site -----------------------------------------------------------------------------------------------------------


def name_of(number: int) -> str:
    """Gives a village its name: each number another one, in words, since a reader of sites takes numbers for counters."""
    return " ".join(SYLLABLES[number // len(SYLLABLES) ** place % len(SYLLABLES)] for place in range(4))


def title_of(number: int) -> str:
    return f"{name_of(number * 7).capitalize()} làm xong con đường vào bản"


def article(host: int, number: int, size: int = BYTES) -> bytes:
    day = 1 + number % 30
    text = "".join(
        f"<p>Ở bản {name_of(number * 7 + part)}, bà con {name_of(number + host)} kể chuyện làm đường, đắp mương, dựng trường, góp đất và "
        f"ngày công cùng thôn {name_of(number * 31 + part * 17)}; ai cũng mong xong trước mùa mưa năm nay.</p>"
        for part in range(12)
    )
    page = (
        f"<html><head><title>{title_of(number)}</title></head><body><h1>{title_of(number)}</h1>"
        f"<div class='ngay'>{day:02}/09/2020 08:00</div><div class='than'>{text}</div><script>"
    ).encode()
    return page + b"/*" + b"x" * (size - len(page) - 30) + b"*/</script></body></html>"


def listing(numbers: range, page: int, *, last: bool) -> bytes:
    items = "".join(
        f"<li><a href='/bai-{n}.html'>{title_of(n)}</a> <span>{1 + n % 30:02}/09/2020</span></li>" for n in numbers
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


def run_night(homes: list[str]) -> int:
    from crawlers.source import FetchPolicy, Source
    from pipeline.config import Config
    from pipeline.records import Outlet
    from pipeline.settings import PathSettings, StoreSettings
    from pipeline.steps.ingest import Night, ingest
    from pipeline.store import Store

    with tempfile.TemporaryDirectory() as place:
        config = Config(
            file=Path(place) / "config.toml",
            store=StoreSettings(url="sqlite:///store.sqlite"),
            paths=PathSettings(data="data"),
            outlets=(Outlet("bench", "bench", "press"),),
            sources=tuple(Source(f"s{number}", "s", home, "bench") for number, home in enumerate(homes)),
            fetch=FetchPolicy(delay_s=0, threads=len(homes)),
        )
        with closing(Store.open(config.store_url, create=True)) as store:
            found = ingest(config, store, Night(UNTIL, SINCE, UNTIL), lambda *_: None)
    print(f"articles: {sum(found.articles.values())}", file=sys.stderr)
    return sum(number for outcome, number in found.outcomes.items() if outcome != "other")  # guessed feeds


def run_scrapy(homes: list[str], read=None) -> int:
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
            if read is not None:
                pages += bool(read(response.text, url=response.url, with_metadata=True))
            else:
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
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "ASYNCIO_EVENT_LOOP": "uvloop.Loop" if find_spec("uvloop") else None,
    }
    process = CrawlerProcess(settings)
    process.crawl(Spider)
    process.start()
    return pages


def run_scrapy_text(homes: list[str]) -> int:
    from trafilatura import bare_extraction

    return run_scrapy(homes, bare_extraction)


CLIENTS = {"fetch": run_fetch, "scrapy": run_scrapy, "night": run_night, "scrapy+text": run_scrapy_text}


def has_scrapy(python: str) -> bool:
    """Tells whether an interpreter is there and has Scrapy."""
    return (
        bool(which(python))
        and not subprocess.run([python, "-c", "import scrapy"], capture_output=True, check=False).returncode
    )


def measure(name: str, homes: list[str], scrapy: str) -> tuple[float, float]:
    """Runs one client in a process of its own; gives pages per second and CPU milliseconds per page."""
    call = [scrapy if name.startswith("scrapy") else sys.executable, __file__, "--client", name]
    done = subprocess.run(call, input=json.dumps(homes), capture_output=True, text=True, check=True)
    row = json.loads(done.stdout.splitlines()[-1])
    return row["pages"] / row["wall_s"], 1000 * row["cpu_s"] / row["pages"]


def compare(names: list[str], hosts: int, delay_ms: float, articles: int, rounds: int, scrapy: str) -> None:
    call = [sys.executable, __file__, "--serve", "--hosts", str(hosts), "--articles", str(articles)]
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    with subprocess.Popen([*call, "--delay-ms", str(delay_ms)], stdout=subprocess.PIPE, text=True) as server:
        homes = json.loads(server.stdout.readline())
        for _ in range(rounds):  # in turn: the machine is shared
            for name in names:
                runs[name].append(measure(name, homes, scrapy))
        server.terminate()
    print(f"{hosts} at a time, {delay_ms:g} ms, {articles} articles, medians of {rounds}")
    medians = {name: [statistics.median(column) for column in zip(*rows, strict=True)] for name, rows in runs.items()}
    for name, (speed, cpu) in medians.items():
        line = f"  {name:<12}{speed:>7.0f} pages/s {cpu:>8.2f} CPU ms/page"
        peer = {"fetch": "scrapy", "night": "scrapy+text"}.get(name)
        if peer in medians:
            line += f"   {speed / medians[peer][0]:.2f} times the pages, {cpu / medians[peer][1]:.2f} times the CPU of {peer}"
        print(line, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hosts", type=int, nargs="+", default=[16, 64])
    parser.add_argument("--delay-ms", type=float, nargs="+", default=[0.0, 50.0])
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", nargs="+", choices=CLIENTS, default=list(CLIENTS))
    parser.add_argument("--client", choices=CLIENTS)
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--scrapy", default=sys.executable, help="the interpreter that has Scrapy")
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve(options.hosts[0], options.articles, options.delay_ms[0] / 1000))
    if options.client:
        homes, began = json.loads(sys.stdin.read()), time.monotonic()
        pages = CLIENTS[options.client](homes)
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(json.dumps({"pages": pages, "wall_s": time.monotonic() - began, "cpu_s": used.ru_utime + used.ru_stime}))
        return 0
    names, scrapy = options.clients, options.scrapy
    if not has_scrapy(scrapy):
        names = [name for name in names if not name.startswith("scrapy")]
        print(f"{scrapy}: no Scrapy there (make bench installs it)")
    for hosts in options.hosts:
        for delay_ms in options.delay_ms:
            compare(names, hosts, delay_ms, options.articles, options.rounds, scrapy)
    return 0


if __name__ == "__main__":
    sys.exit(main())
