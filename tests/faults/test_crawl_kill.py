"""`kill -9` at twenty random points of a crawl of 1,000 articles: nothing lost, nothing twice, nothing asked again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crawlers.dates import local_day
from pipeline.config import load_config
from pipeline.store import Store, articles, fetches, observations

HOSTS, OF_HOST, ROWS, KILLS = 4, 250, 24, 20  # the last page of a list has fewer rows: a full one may be cut off
ROOT = Path(__file__).parents[2]
FIRST, LAST = date(2020, 9, 1), date(2020, 9, 30)
NIGHT = (  # a run of the command line whose clock stands still: midnight may not part two runs
    "import sys, datetime as d, pipeline.cli, pipeline.surface\n"
    "pipeline.surface.now = lambda: d.datetime(2020, 10, 1, 3, tzinfo=d.UTC)\n"
    "sys.exit(pipeline.cli.main())"
)
WORDS = [
    "mùa gặt",
    "cây cầu",
    "lớp học",
    "trạm y tế",
    "con mương",
    "chợ phiên",
    "bản làng",
    "đập nước",
    "rừng keo",
    "nương chè",
    "hội thi",
    "nhà văn hóa",
    "đường liên xã",
    "vườn ươm",
    "đàn dê",
    "ruộng bậc thang",
]


class Site(ThreadingHTTPServer):
    """One host: a paged listing of dated articles, each of its own words; it remembers what it was asked for."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.draw = random.Random(seed)
        self.asked: list[str] = []
        self.home = f"http://127.0.0.1:{self.server_address[1]}"
        self.pages = {"/": "<nav><a href='/tin'>Tin tức</a></nav><p>Trang thông tin của huyện.</p>"}
        rows = [(n, f"{1 + (n * 28) // OF_HOST:02}/09/2020", self.title(n)) for n in range(OF_HOST)][::-1]
        for first in range(0, OF_HOST, ROWS):
            page = first // ROWS + 1
            items = "".join(
                f"<li><a href='/bai-viet-{n}.html'>{t}</a> <span>{d}</span></li>"
                for n, d, t in rows[first : first + ROWS]
            )
            more = f"<a href='/tin?trang={page + 1}'>Trang sau</a>" if first + ROWS < OF_HOST else ""
            self.pages["/tin" if page == 1 else f"/tin?trang={page}"] = f"<h2>Tin tức</h2><ul>{items}</ul>{more}"
        for number, day, title in rows:
            text = "".join(f"<p>{self.sentence(number, part)}</p>" for part in range(6))
            self.pages[f"/bai-viet-{number}.html"] = f"<h1>{title}</h1><p class='ngay'>Ngày đăng: {day} 08:00</p>{text}"

    def title(self, number: int) -> str:
        return f"Chuyện {self.draw.choice(WORDS)} và {self.draw.choice(WORDS)} ở bản số {number}"

    def sentence(self, number: int, part: int) -> str:
        chosen = self.draw.sample(WORDS, 5)
        return f"Bản số {number} bàn việc {', '.join(chosen)} trong buổi họp thứ {part + 1}, ai cũng góp một lời."


class _Handler(BaseHTTPRequestHandler):
    server: Site
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path != "/robots.txt":
            self.server.asked.append(self.path)
        page = self.server.pages.get(self.path)
        body = f"<html><head><title>Huyện</title></head><body>{page}</body></html>".encode() if page else b"none"
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def sites():
    running = [Site(number) for number in range(HOSTS)]
    for site in running:
        threading.Thread(target=site.serve_forever, args=(0.02,), daemon=True).start()
    yield running
    for site in running:
        site.shutdown()
        site.server_close()


def campaign(folder: Path, sites: list[Site]) -> Path:
    folder.mkdir()
    rows = (f'[[source]]\nid = "s{n}"\nname = "Nguồn {n}"\nhome = "{site.home}/"\n' for n, site in enumerate(sites))
    file = folder / "config.toml"
    file.write_text("\n".join(rows), encoding="utf-8")
    return file


def start(file: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", NIGHT, "--config", str(file), "--quiet", "crawl"]
    span = ["--since", str(FIRST), "--until", str(LAST)]
    return subprocess.Popen([*command, *span], cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)


def stored(file: Path) -> tuple[dict[str, tuple[object, ...]], list[tuple[object, ...]]]:
    """Gives the articles and the proofs that the store holds."""
    with Store.open(load_config(file).store_url) as store, store.read() as connection:
        texts = {a.url: (a.title, a.body, local_day(a.published), a.revision) for a in articles.stream(connection)}
        return texts, [(p.outlet, p.day, p.proved) for p in observations.day_proofs(connection, FIRST, LAST)]


def fetched(file: Path) -> set[str]:
    """Gives the addresses whose answer the store has."""
    with Store.open(load_config(file).store_url) as store, store.read() as connection:
        known = [fetches.known(connection, f"s{number}", before=LAST) for number in range(HOSTS)]
    return {state.url for each in known for state in each.values() if state.status == 200}


@pytest.mark.long
def test_crawl_killed_twenty_times_loses_nothing_and_asks_nothing_again(sites, tmp_path):
    whole = campaign(tmp_path / "whole", sites)
    began = time.monotonic()
    assert start(whole).wait() == 0
    lasted = time.monotonic() - began
    killed = campaign(tmp_path / "killed", sites)
    draw = random.Random(20200925)
    again: Counter[str] = Counter()
    for _ in range(KILLS):
        had = fetched(killed) if (killed.parent / "var" / "rasoat.sqlite").exists() else set()
        for site in sites:
            site.asked.clear()
        process = start(killed)
        time.sleep(lasted * draw.uniform(0.1, 0.6))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        again.update(url for site in sites for path in site.asked if (url := site.home + path) in had)
    assert start(killed).wait() == 0
    assert again == Counter()
    assert stored(killed) == stored(whole)
    assert len(stored(whole)[0]) == HOSTS * OF_HOST
