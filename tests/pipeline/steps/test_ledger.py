"""Every URL ends a night under one outcome and every day is proved or has its reason, however a site misbehaves."""

from __future__ import annotations

import random
import threading
from datetime import date

import pytest

from pipeline.config import load_config
from pipeline.console import Speaker
from pipeline.steps.ingest import ingest, night_of
from pipeline.store import Store, fetches
from tests.crawlers.conftest import Server
from tests.crawlers.portal import HOME_PAGE, article, listing
from tests.pipeline.fingerprint import fingerprint
from tests.pipeline.ledger import faults

SINCE, UNTIL, NIGHT = date(2020, 9, 1), date(2020, 9, 20), date(2020, 9, 21)
ROWS = [(number, 2 * number) for number in range(9, 0, -1)]  # article, day of September
QUICK, LONG = range(3), range(3, 16)


def seeds(quick):
    """Gives the seeds of every run, and those of the long ones."""
    return [*quick, *(pytest.param(seed, marks=pytest.mark.long) for seed in (*QUICK, *LONG) if seed not in quick)]


def drop(handler):
    handler.close_connection = True
    handler.connection.close()


def cut(handler):
    handler.reply(200, {"Content-Length": "5000"}, b"<p>only the beginning")
    handler.close_connection = True


MISCHIEF = (
    (500, {}, b"down"),
    (503, {"Retry-After": "1"}, b"later"),
    (404, {}, b"gone"),
    (403, {}, b"no"),
    (200, {"Content-Type": "image/png"}, b"\x89PNG\r\n"),
    (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b\x08\x00rubbish"),
    (302, {"Location": "javascript:void(0)"}, b""),
    (302, {"Location": "http://khong-co.invalid/"}, b""),
    (200, {}, b"%PDF-1.7 no page"),
    (200, {}, b""),
    (200, {}, b"\x00\x01\x02" * 900),
    drop,
    cut,
)


@pytest.fixture
def portal():
    """A listing of three pages with nine articles, which does as it should until a test says otherwise."""
    server = Server()
    pages = [ROWS[:3], ROWS[3:6], ROWS[6:]]
    server.routes["/"] = HOME_PAGE
    for number, rows in enumerate(pages, start=1):
        following = f"/tin?page={number + 1}" if number < len(pages) else ""
        server.routes["/tin" if number == 1 else f"/tin?page={number}"] = listing(rows, following)
    for number, day in ROWS:
        server.routes[f"/tin/{number}"] = article(number, day)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def campaign(folder, server, fetch=""):
    folder.mkdir(exist_ok=True)
    file = folder / "config.toml"
    file.write_text(
        f'[[source]]\nid = "bao"\nname = "Báo"\nhome = "{server.home}"\n[fetch]\nretries = 0\nbackoff_s = 0.01\n{fetch}',
        encoding="utf-8",
    )
    return load_config(file)


def crawl(config, store, advance=None):
    quiet = Speaker("vi", quiet=True)
    with quiet.progress("", "") as silent:
        return ingest(config, store, night_of(config, NIGHT, SINCE, UNTIL), advance or silent)


def spoil(server, seed):
    """Lets some of the pages misbehave, the home page and the listing's among them."""
    draw = random.Random(seed)
    for path in sorted(server.routes):
        if draw.random() < 0.4 and (path != "/" or seed % 4 == 0):
            server.routes[path] = draw.choice(MISCHIEF)


@pytest.mark.parametrize("seed", seeds(QUICK))
def test_night_on_a_misbehaving_site_leaves_nothing_without_a_word(portal, tmp_path, seed):
    spoil(portal, seed)
    config = campaign(tmp_path, portal)
    with Store.open(config.store_url, create=True) as store:
        found = crawl(config, store)
        assert faults(store, NIGHT, SINCE, UNTIL) == []
        with store.read() as connection:
            assert len(list(fetches.failed(connection, NIGHT))) == found.outcomes.get("failed", 0) == found.failures


def test_ledger_that_is_not_whole_is_told(portal, tmp_path):
    config = campaign(tmp_path, portal)
    with Store.open(config.store_url, create=True) as store:
        crawl(config, store)
        with store.begin() as connection:
            connection.exec_driver_sql("DELETE FROM outcomes WHERE outcome = 'article'")
            connection.exec_driver_sql("UPDATE observations SET proved = false WHERE day = '2020-09-05'")
        told = faults(store, NIGHT, SINCE, UNTIL)
    assert sum("nobody says what became of it" in line for line in told) == len(ROWS)
    assert sum("an article whose outcome is None" in line for line in told) == len(ROWS)
    assert "bao: 2020-09-05: not proved, and no reason" in told


class BrokenOffError(Exception):
    """The night ends here."""


@pytest.mark.parametrize("seed", seeds([1]))
def test_night_broken_in_the_middle_and_gone_on_with_ends_as_an_unbroken_one(portal, tmp_path, seed):
    spoil(portal, seed)
    states = []
    for name, breaks in (("whole", 0), ("broken", 3)):
        config = campaign(tmp_path / name, portal)
        draw = random.Random(seed)
        with Store.open(config.store_url, create=True) as store:
            for _ in range(breaks):
                left = [draw.randint(1, 25)]

                def advance(*_, left=left):
                    left[0] -= 1
                    if not left[0]:
                        raise BrokenOffError

                try:
                    crawl(config, store, advance)
                except BrokenOffError:
                    continue
            crawl(config, store)
            assert faults(store, NIGHT, SINCE, UNTIL) == []
            with store.read() as connection:
                states.append(fingerprint(connection))
    assert states[0] == states[1]


def test_second_night_says_a_word_on_everything_too(portal, tmp_path):
    config = campaign(tmp_path, portal)
    with Store.open(config.store_url, create=True) as store:
        crawl(config, store)
        spoil(portal, 3)
        later = date(2020, 9, 22)
        with Speaker("vi", quiet=True).progress("", "") as silent:
            ingest(config, store, night_of(config, later, SINCE, UNTIL), silent)
        assert faults(store, later, SINCE, UNTIL) == []


def test_budget_of_a_night_is_one_however_often_it_is_begun_again(portal, tmp_path):
    config = campaign(tmp_path, portal, "budget_per_host = 6\n")
    with Store.open(config.store_url, create=True) as store:
        first = crawl(config, store)
        assert set(first.broken) == {"bao"}
        had = len(portal.asked)
        again = crawl(config, store)
        assert faults(store, NIGHT, SINCE, UNTIL) == []
    assert had <= 6
    assert len(portal.asked) - had <= 1  # the request for robots.txt is in no log, and was counted that night
    assert set(again.broken) == {"bao"}
