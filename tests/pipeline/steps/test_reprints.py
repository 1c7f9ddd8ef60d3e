"""Reprints are found night by night as they would be all at once, whatever came, changed or went meanwhile."""

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest

from crawlers.article import Outcome
from crawlers.source import Source
from pipeline import dedup
from pipeline.records import Outlet
from pipeline.settings import EngineSettings
from pipeline.steps import reprints
from pipeline.steps.reprints import LAST, cluster
from pipeline.store import articles, clusters, fetches, marks, outlets, sketches
from tests.pipeline.pages import article_at

FIRST = datetime(2020, 9, 1, tzinfo=UTC)
FOOTER = "\n".join(
    f"Mời quý vị đón xem chuyên mục thứ {n} trên sóng của đài tỉnh phát lại {n} giờ" for n in "abcdefghi"
)
SITES = ("bao", "dai")
NIGHTS = 6


def text(seed, cut=0, length=90):
    """A text unlike that of any other seed, but for its first syllables."""
    draw = random.Random(seed)
    return " ".join(f"từ{draw.randrange(500)}" for _ in range(length))[cut * 5 :]


def article(number, site, body, published=FIRST):
    undated = {} if published else {"published_precision": None, "date_state": "undated"}
    return article_at(f"{site}.example/{number}.html", "Tin", body, at=published, fetched_at=FIRST, **undated)


@pytest.fixture
def sites(store):
    with store.begin() as connection:
        outlets.sync(
            connection,
            [Outlet(site, site, "newspaper") for site in SITES],
            [Source(site, site, f"https://{site}.example/") for site in SITES],
        )
    return store


def put(store, *found):
    with store.begin() as connection:
        for each in found:
            articles.save(connection, each, each.source_id)
    return [articles.article_id(each.source_id, each.channel, each.url_key) for each in found]


def call(store, each, outcome, night):
    with store.begin() as connection:
        fetches.save_outcome(connection, Outcome(each.source_id, each.url, each.url_key, outcome), night)


def stored(store):
    with store.read() as connection:
        return clusters.load(connection)


def all_at_once(store):
    """Compares every article with every other; gives article -> origin."""
    with store.read() as connection:
        read = list(articles.stream(connection))
    carried = Counter(each for one in read for each in dedup.passages(one.source, one.text).tolist())
    common = {passage for passage, pages in carried.items() if pages > dedup.COMMON}
    own = {one.id: dedup.shingles(one.source, one.text, common) for one in read}
    groups = {one.id: {one.id} for one in read}
    for a, b in combinations(own, 2):
        if dedup.is_reprint(own[a], own[b]):
            groups |= dict.fromkeys(groups[a] | groups[b], groups[a] | groups[b])
    when = {one.id: (one.published or LAST, one.id) for one in read}
    origins = {each: min(groups[each], key=when.__getitem__) for each in groups}
    return {each: origin for each, origin in origins.items() if each != origin}


@pytest.mark.parametrize(("store", "seed"), [("sqlite", 0), ("sqlite", 1), ("postgres", 2)], indirect=["store"])
def test_nights_one_by_one_find_what_all_at_once_would(sites, seed, monkeypatch):
    monkeypatch.setattr(dedup, "COMMON", 4)  # so that footers come and go within a few nights
    draw, pages, found = random.Random(seed), {}, Counter()
    for night in range(NIGHTS):
        for number in draw.sample(range(14), 4):
            site = SITES[number % 2]
            published = draw.choice([None, *(FIRST + timedelta(days=day) for day in range(3))])
            body = text(draw.randrange(4), draw.randrange(3), draw.choice((50, 90)))
            pages[number] = article(number, site, f"{body}\n{FOOTER}" if draw.random() < 0.5 else body, published)
            put(sites, pages[number])
        away = draw.choice([*pages.values()])
        call(sites, away, draw.choice(("article", "listing")), date(2020, 9, 1) + timedelta(days=night))
        found[cluster(sites)] += 1
        assert stored(sites) == all_at_once(sites)
    assert len(found) > 1


def test_footer_of_a_site_joins_nobody_however_long_and_its_reprints_stay(sites):
    number = dedup.COMMON + 1
    pages = [article(n, "dai", f"{text(n, length=12)}\n{FOOTER}") for n in range(number)]
    put(sites, *pages)
    assert cluster(sites) == 0
    first, second = put(sites, article("x", "dai", f"{text(99)}\n{FOOTER}"), article("y", "bao", text(99)))
    assert cluster(sites) == 1
    assert stored(sites) == {max(first, second): min(first, second)}
    call(sites, pages[0], "listing", date(2020, 9, 2))
    call(sites, pages[1], "listing", date(2020, 9, 2))
    cluster(sites)
    assert stored(sites) == all_at_once(sites)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_second_search_writes_nothing_and_reads_no_text(sites, monkeypatch):
    put(sites, article(1, "bao", text(1)), article(2, "dai", text(1, 1)))
    assert cluster(sites) == 1
    with sites.read() as connection:
        before = marks.get(connection, reprints.MARK)
    monkeypatch.setattr(reprints, "sketch", None)
    monkeypatch.setattr(reprints, "compare", None)
    assert cluster(sites) == 1
    with sites.read() as connection:
        assert marks.get(connection, reprints.MARK) == before


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_search_that_was_killed_after_its_sketches_is_ended_by_the_next(sites, monkeypatch):
    put(sites, article(1, "bao", text(1)), article(2, "dai", text(1, 1)))

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(reprints, "compare", killed)
        with pytest.raises(KeyboardInterrupt):
            cluster(sites)
    assert not stored(sites)
    assert cluster(sites) == 1


def test_clusters_that_another_process_wrote_meanwhile_are_not_overwritten(sites, monkeypatch):
    put(sites, article(1, "bao", text(1)), article(2, "dai", text(1, 1)))
    compare, once = reprints.compare, iter([True])

    def slow(shard):
        if next(once, False):
            put(sites, article(3, "dai", text(1, 2)), article(4, "bao", text(2)), article(5, "dai", text(2)))
            assert cluster(sites) == 2
        return compare(shard)

    monkeypatch.setattr(reprints, "compare", slow)
    assert cluster(sites) == 2
    assert stored(sites) == all_at_once(sites)


@pytest.mark.parametrize("member", ["new", "of a cluster that is taken apart"])
def test_text_that_is_changed_and_changed_back_while_it_is_compared_is_compared_again(sites, monkeypatch, member):
    """Else its sketch would say that the clusters know of the text they were not made by."""
    one, other, gone = (article(n, SITES[n % 2], text(1, n), FIRST + timedelta(days=n)) for n in range(3))
    put(sites, one, other)
    if member != "new":
        put(sites, gone)
        assert cluster(sites) == 1
        call(sites, gone, "listing", date(2020, 9, 2))
    compare, edits = reprints.compare, iter([True])

    def edited(shard):
        if not next(edits, False):
            return compare(shard)
        put(sites, replace(one, body=text(7)))
        if member == "new":
            sketch_of_another_search(sites)
        found = compare(shard)
        put(sites, one)
        if member == "new":
            sketch_of_another_search(sites)
        return found

    monkeypatch.setattr(reprints, "compare", edited)
    cluster(sites)
    assert next(edits, None) is None
    cluster(sites)
    assert len(stored(sites)) == 1
    assert stored(sites) == all_at_once(sites)


def sketch_of_another_search(store):
    """Sketches what a second search finds to be sketched, and lets it go no further."""
    with store.read() as connection:
        waiting = sketches.unsketched(connection)
    assert waiting
    reprints.sketch(reprints.Unsketched(store, tuple(waiting), b""))


def test_of_two_processes_that_know_the_same_clusters_one_writes(store):
    """PostgreSQL lets both begin: the second waits for the first, and must then see that it came too late."""

    def write():
        with store.begin() as connection:
            return marks.replace(connection, reprints.MARK, "rules 1", "rules 2")

    with store.begin() as connection:
        marks.put(connection, reprints.MARK, "rules 1")
    with ThreadPoolExecutor(1) as other:
        with store.begin() as connection:
            assert marks.replace(connection, reprints.MARK, "rules 1", "rules 2")
            late = other.submit(write)
            time.sleep(0.2)  # it stands at the mark, or has not yet come so far; the answer is the same
        assert late.result() is False


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_sketches_of_other_rules_are_made_anew(sites, monkeypatch):
    put(sites, article(1, "bao", text(1)), article(2, "dai", text(1, 1)))
    cluster(sites)
    with sites.read() as connection:
        first = sketches.load(connection)[0].data
    monkeypatch.setattr(dedup, "SEED", 18)
    monkeypatch.setattr(reprints, "RULES", "others")
    dedup._empty.cache_clear()
    assert cluster(sites) == 1
    dedup._empty.cache_clear()
    with sites.read() as connection:
        assert (sketches.load(connection)[0].data["marks"] != first["marks"]).any()


@pytest.mark.long
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_processes_find_what_this_process_finds(sites):
    made = [article(n, SITES[n % 2], text(n % 7, n % 3)) for n in range(30)]
    put(sites, *made)
    done = []
    found = cluster(sites, lambda *told: done.append(told), EngineSettings("processes", 2, shard_size=8))
    assert found == 7
    assert done[-1] == (30, 30)
    assert stored(sites) == all_at_once(sites)


def test_copy_of_a_later_day_is_named_after_the_first(sites):
    copy, origin = put(sites, article(1, "bao", text(1), FIRST + timedelta(days=1)), article(2, "dai", text(1)))
    cluster(sites)
    assert stored(sites) == {copy: origin}
    put(sites, replace(article(1, "bao", text(1)), published=FIRST - timedelta(days=1)))
    cluster(sites)
    assert stored(sites) == {origin: copy}
