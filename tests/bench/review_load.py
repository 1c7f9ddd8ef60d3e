"""Twenty reviewers at once for two minutes while a retrain and a classify run: no word lost or doubled, and how long they wait.

Usage: python tests/bench/review_load.py [--articles N] [--store FILE] [--reviewers N] [--seconds S] [--json]
A real `rasoat serve` over a store of N articles (default 200,000; `--store` copies one that `browse_speed.py --keep` made), a
real `rasoat classify` and `rasoat retrain` beside it, and reviewers who log in and press Enter over HTTP, each after 2 to 4
seconds of thought. Printed: the time from "accept" to the next article on the page, and the sums that must agree.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import numpy as np
import requests

sys.path.insert(0, str(Path(__file__).parents[2]))

from browse_speed import make

from pipeline.config import Config, load_config
from pipeline.passwords import hash_password
from pipeline.readings import Draw, Queue, User
from pipeline.records import LabelEvent, Prediction
from pipeline.steps.model import cutoffs_of, model_version
from pipeline.store import Store, articles, labels, predictions, queues, readings, users

PASSWORD = "hai mươi người đọc"
DRAWN = 6_000  # articles in the queue, more than twenty can read in two minutes
TAUGHT = 800  # articles with labels, for the retrain
SEED = 17
TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
FIELD = re.compile(r'name="(base|content)" value="([^"]*)"')
CHOSEN = re.compile(r'name="topic" value="([^"]+)" checked')


class Reviewer(threading.Thread):
    """One reviewer: logs in, then reads until the time is over."""

    def __init__(self, home: str, name: str, until: threading.Event) -> None:
        super().__init__(daemon=True)
        self.home, self.name_, self.until = home, name, until
        self.waits: list[float] = []  # seconds from "accept" to the next page
        self.answers: Counter[int] = Counter()
        self.accepted: list[str] = []  # servings
        self.chance = random.Random(f"{SEED} {name}")
        self.web = requests.Session()
        self.web.trust_env = False
        self.web.headers.update({"Origin": home, "Sec-Fetch-Site": "same-origin"})

    def run(self) -> None:
        """Reads."""
        csrf = TOKEN.search(self.web.get(f"{self.home}/login").text)[1]
        form = {"name": self.name_, "password": PASSWORD, "csrf": csrf}
        self.web.post(f"{self.home}/login", data=form)
        csrf = TOKEN.search(self.web.get(f"{self.home}/account").text)[1]
        page = self.web.post(f"{self.home}/read/load", data={"csrf": csrf})
        where = page.url
        while not self.until.wait(self.chance.uniform(2, 4)):
            fields = dict(FIELD.findall(page.text))
            topics = CHOSEN.findall(page.text)
            form = [("csrf", csrf), ("act", "accept"), *fields.items(), *(("topic", topic) for topic in topics)]
            started = time.perf_counter()
            page = self.web.post(where, data=form, headers={"HX-Request": "true"})  # as our script asks
            self.waits.append(time.perf_counter() - started)
            self.answers[page.status_code] += 1
            told = page.headers.get("hx-push-url")
            onward = f"{self.home}{told}" if told else page.url
            if page.ok and onward != where:
                self.accepted.append(where.rsplit("/", 1)[1])
            where = onward


def main() -> int:
    """Runs the load and prints what was seen; 1 where a word was lost or doubled."""
    asked = _arguments()
    with tempfile.TemporaryDirectory() as scratch:
        config = _campaign(Path(scratch), asked)
        names = _prepared(config, asked.reviewers)
        before = _events(config)
        command = [sys.executable, "-m", "pipeline.cli", "--config", str(config.file), "--lang", "en"]
        server = subprocess.Popen([*command, "serve", "--port", str(config.web.port)], stdout=subprocess.DEVNULL)
        others = {}
        try:
            home = f"http://127.0.0.1:{config.web.port}"
            _wait_for(home)
            others = {
                name: subprocess.Popen([*command, "--quiet", name], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                for name in ("classify", "retrain")
            }
            until = threading.Event()
            readers = [Reviewer(home, name, until) for name in names]
            for reader in readers:
                reader.start()
            until.wait(asked.seconds)
            running = {name: other.poll() for name, other in others.items()}
            until.set()
            for reader in readers:
                reader.join(60)
        finally:
            for each in (server, *others.values()):
                each.terminate()
            faults = {name: other.communicate()[1].decode()[-300:] for name, other in others.items()}
            server.wait()
        return _tell(config, readers, before, running, faults, asked)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--store", type=Path, metavar="FILE", help="copy this store instead of making one")
    parser.add_argument("--reviewers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--json", action="store_true", dest="as_json")
    return parser.parse_args()


def _campaign(folder: Path, asked: argparse.Namespace) -> Config:
    """Gives the sample campaign over a store of made-up articles."""
    sample = Path(find_spec("pipeline").origin).parent / "sample"
    (folder / "config.toml").write_text((sample / "config.toml").read_text(encoding="utf-8"), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    text = re.sub(r"(?m)^port = \d+", f"port = {port}", (folder / "config.toml").read_text(encoding="utf-8"))
    (folder / "config.toml").write_text(text, encoding="utf-8")
    config = load_config(folder / "config.toml")
    file = Path(config.store_url.removeprefix("sqlite:///"))
    file.parent.mkdir(parents=True, exist_ok=True)
    if asked.store:
        shutil.copy(asked.store, file)
    with Store.open(config.store_url, create=True) as store:
        if not asked.store:
            make(store, asked.articles)
    return config


def _prepared(config: Config, reviewers: int) -> list[str]:
    """Adds reviewers, a queue with suggestions, and labels to train on; gives the reviewers' names."""
    at, chance = datetime.now(UTC), random.Random(SEED)
    names, hashed = [f"Người đọc {number}" for number in range(1, reviewers + 1)], hash_password(PASSWORD)
    version, model, topics = config.codebook.version, model_version(config), config.codebook.ids
    cutoffs = cutoffs_of(config)
    with Store.open(config.store_url) as store, store.begin() as connection:
        for name in names:
            users.add(connection, User(name, "reviewer", at), hashed)
        found = list(islice(articles.stream(connection), DRAWN + TAUGHT))
        drawn, taught = found[:DRAWN], found[DRAWN:]
        queues.create(connection, Queue("load", "uniform", {"rate": 1}, version, at, model))
        queues.add(connection, [Draw("load", 0, each.id, version, inclusion_probability=1.0) for each in drawn])
        for each in drawn:
            scores = {topic: round(chance.betavariate(0.2, 3), 6) for topic in topics}
            yes = tuple(topic for topic in topics if scores[topic] >= cutoffs[topic])
            line = each.text.split("\n")[0]
            said = Prediction(each.id, each.content_hash, model, version, scores, yes, dict.fromkeys(yes, line))
            predictions.save(connection, [said])
        labels.append(
            connection,
            [
                LabelEvent(each.id, topic, chance.random() < 0.2, "Thầy", at, version)
                for each in taught
                for topic in topics
            ],
        )
    return names


def _events(config: Config) -> int:
    with Store.open(config.store_url) as store, store.read() as connection:
        return sum(1 for _ in labels.events(connection))


def _wait_for(home: str) -> None:
    for _ in range(600):
        try:
            requests.get(f"{home}/login", timeout=5)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"{home}: the server did not start")


def _tell(
    config: Config,
    readers: list[Reviewer],
    before: int,
    running: dict[str, int | None],
    faults: dict[str, str],
    asked: argparse.Namespace,
) -> int:
    waits = np.array([wait for reader in readers for wait in reader.waits]) * 1_000
    accepted = [serving for reader in readers for serving in reader.accepted]
    topics = len(config.codebook.ids)
    with Store.open(config.store_url) as store, store.read() as connection:
        events = [event for event in labels.events(connection) if event.serving]
        total = sum(1 for _ in labels.events(connection))
        read = [each for each in readings.stream(connection) if each.outcome == "read"]
    by_serving = Counter(event.serving for event in events)
    lost = [serving for serving in accepted if by_serving[serving] != topics]
    told = {
        "articles": asked.articles if not asked.store else None,
        "reviewers": len(readers),
        "readings": len(accepted),
        "next_item_ms": {f"p{share}": round(float(np.percentile(waits, share)), 1) for share in (50, 95, 99)},
        "answers": dict(sum((reader.answers for reader in readers), Counter[int]())),
        "lost": len(lost),
        "doubled": sum(count > topics for count in by_serving.values())
        + sum(count > 1 for count in Counter(each.position for each in read).values()),
        "events_expected": before + topics * len(read),
        "events_found": total,
        "still_running": sorted(name for name, code in running.items() if code is None),
        "faults": {name: fault for name, fault in faults.items() if fault and running[name] not in (None, 0)},
    }
    print(
        json.dumps(told, ensure_ascii=False, indent=2)
        if asked.as_json
        else "\n".join(f"{k}: {v}" for k, v in told.items())
    )
    return int(bool(lost or told["doubled"] or told["events_expected"] != total))


if __name__ == "__main__":
    sys.exit(main())
