"""A real Dask scheduler with two worker processes over a real PostgreSQL server."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial

import pytest
from sqlalchemy import delete, select

from crawlers.archive import Archive
from crawlers.article import Article, Fetch
from pipeline.engine import open_engine
from pipeline.errors import EngineError
from pipeline.review.draw import permanent
from pipeline.settings import EngineSettings
from pipeline.steps import classify as step
from pipeline.steps import ingest, reprints
from pipeline.steps.model import model_version
from pipeline.steps.read_shard import read_shard
from pipeline.store import articles, clusters, fetches, schema, sketches, spread
from pipeline.store.columns import Asked, Span
from pipeline.store.framing import framed
from pipeline.store.schema import predictions, words
from pipeline.store.spread import Spread
from tests.crawlers import portal
from tests.pipeline.fingerprint import fingerprint

distributed = pytest.importorskip("distributed", reason="the extra `scale` is not installed")


@pytest.fixture(scope="module")
def address():
    """Where a scheduler with two workers listens; a worker that dies is started again."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1", silence_logs="CRITICAL"
    ) as cluster:
        yield cluster.scheduler_address


def dask(address, **settings):
    return EngineSettings("dask", address=address, **settings)


def test_shards_run_in_other_processes_and_the_first_exception_reaches_the_caller(address):
    engine = open_engine(dask(address))
    assert sorted(engine.map(abs, range(9))) == list(range(9))
    assert list(engine.map(abs, [])) == []
    found = set(engine.map(lambda _: os.getpid(), range(9)))
    assert found
    assert os.getpid() not in found
    with pytest.raises(ZeroDivisionError):
        list(engine.map(lambda shard: 1 // shard, [0]))


@pytest.mark.long
@pytest.mark.parametrize("store", ["postgres"], indirect=True)
def test_cluster_gives_what_this_process_gives_to_the_byte_though_a_worker_dies_in_the_middle(
    address, filled, tmp_path, monkeypatch
):
    config, store, ids = filled
    alone = rows_after(step.classify, config, store)
    assert len(alone[0]) == len(ids)
    with store.begin() as connection:
        for table in (predictions, words):
            connection.execute(delete(table))
    first = dying(tmp_path / "died", read_shard, lambda shard: replace(shard, last_id=shard.first_id))
    monkeypatch.setattr(step, "read_shard", first)
    config = replace(config, engine=dask(address, shard_size=2))
    assert rows_after(step.classify, config, store) == alone
    assert (tmp_path / "died").exists()


@pytest.mark.long
@pytest.mark.parametrize("store", ["postgres"], indirect=True)
def test_cluster_reads_for_an_audit_what_this_process_reads_though_a_worker_dies(
    address, filled, tmp_path, monkeypatch
):
    config, store, ids = filled
    step.classify(config, store, lambda *_: None)
    model, topics = model_version(config), config.codebook.ids
    asked = Asked(model, config.codebook.version, ["bao", "dai"], topics, partial(permanent, config.review.seed))
    first = dying(tmp_path / "died", spread.read_shard, lambda shard: replace(shard, span=Span("", ids[0])))
    monkeypatch.setattr(spread, "read_shard", first)
    with store.read() as connection:
        alone = framed(connection, asked, date(2020, 12, 31))
        whole = Spread(store, open_engine(dask(address)), 2)
        apart = framed(connection, asked, date(2020, 12, 31), whole=whole)
    assert (tmp_path / "died").exists()
    assert len(alone.frame) == len(ids)
    assert replace(apart, frame=alone.frame) == alone  # digests of all columns


def dying(marker, work, less):
    """Gives a worker's function that does a smaller share and dies, the first time that it runs."""

    def once(shard):
        if not marker.exists():
            marker.touch()
            work(less(shard))
            os._exit(9)
        return work(shard)

    return once


@pytest.mark.long
@pytest.mark.parametrize("store", ["postgres"], indirect=True)
def test_cluster_finds_the_reprints_that_this_process_finds_though_workers_die(address, filled, tmp_path, monkeypatch):
    _, store, _ = filled
    words = [f"từ{number * number % 997}" for number in range(400)]
    with store.begin() as connection:
        for number in range(24):
            each = page(number, " ".join(words[number % 6 * 50 :][: 90 - number // 6]))
            articles.save(connection, each, each.source_id)
    found = reprints.cluster(store), linked(store)
    assert found[0] == 6
    with store.begin() as connection:
        clusters.replace(connection, {})
        sketches.drop_all(connection)
    for name, less in (
        ("sketch", lambda shard: replace(shard, ids=shard.ids[:1])),
        ("compare", lambda shard: replace(shard, pairs=shard.pairs[:1])),
    ):
        monkeypatch.setattr(reprints, name, dying(tmp_path / name, getattr(reprints, name), less))
    monkeypatch.setattr(reprints, "PAIRS", 3)
    assert (reprints.cluster(store, settings=dask(address, shard_size=4)), linked(store)) == found
    assert (tmp_path / "sketch").exists()
    assert (tmp_path / "compare").exists()


@pytest.mark.long
@pytest.mark.parametrize("store", ["postgres"], indirect=True)
def test_cluster_reads_the_archive_as_this_process_does_though_a_worker_dies(address, filled, tmp_path, monkeypatch):
    config, store, _ = filled
    archive, at = Archive(config.data / "archive"), datetime(2020, 9, 5, 1, tzinfo=UTC)
    for number in range(6):
        source = ("bao", "dai")[number % 2]
        key = f"127.0.0.1:9/{'dai/' if number % 2 else ''}tin/{number}"
        headers = (("Content-Type", "text/html; charset=utf-8"),)
        body = portal.article(number, 4, f"Bà con góp công làm đường số {number}")
        ref = archive.write(at.date(), url=f"http://{key}", status=200, headers=headers, body=body, fetched_at=at)
        with store.begin() as connection:
            fetch = Fetch(source, f"http://{key}", key, "page", 200, at, archive=ref)
            fetches.save_fetch(connection, fetch, at.date())
    archive.close()
    config = replace(config, engine=dask(address))
    nowhere = (date(2020, 1, 1),)
    monkeypatch.setattr(
        ingest,
        "read_archived",
        dying(tmp_path / "died", ingest.read_archived, lambda shard: replace(shard, nights=nowhere)),
    )
    ingest.replay(config, store, (), lambda *_: None)
    assert (tmp_path / "died").exists()
    with store.read() as connection:
        apart = fingerprint(connection)
        assert len(list(articles.stream(connection))) == 3 + 6
    monkeypatch.undo()
    ingest.replay(replace(config, engine=EngineSettings()), store, (), lambda *_: None)
    with store.read() as connection:
        assert fingerprint(connection) == apart


def page(number, body):
    key = f"bao.example/{number}.html"
    at = datetime(2020, 9, 1, tzinfo=UTC)
    fixed = {"channel": "website", "title": "Tin", "lead": "", "canonical": None, "media": (), "lang": "vi"}
    dates = {"published": at, "published_precision": "day", "date_state": "certain", "date_evidence": ()}
    rest = {"provenance": {}, "fetched_at": at, "archive": None}
    return Article(source_id="bao", url=f"http://{key}", url_key=key, body=body, **fixed, **dates, **rest)


def linked(store):
    """Gives the clusters and the sketches of a store."""
    with store.read() as connection:
        rows = connection.execute(select(schema.sketches).order_by(schema.sketches.c.article_id))
        return clusters.load(connection), [tuple(row) for row in rows]


def rows_after(classify, config, store):
    """Gives the rows that classifying leaves, and how many articles it says that it read."""
    done = classify(config, store, lambda *_: None)
    with store.read() as connection:
        kept = [
            tuple(map(tuple, connection.execute(select(table).order_by(*table.primary_key))))
            for table in (predictions, words)
        ]
    return kept[0], kept[1], done.articles


@pytest.mark.long
def test_shard_that_kills_every_worker_is_told_with_its_remedy(address):
    with pytest.raises(EngineError, match=r"engine.shard_size"):
        list(open_engine(dask(address)).map(lambda _: os._exit(9), [1]))


def test_workers_of_another_version_are_refused(address, monkeypatch):
    monkeypatch.setattr("pipeline.engine.cluster.LIBRARIES", ("numpy",))
    with pytest.raises(EngineError, match="does not hold this version"):
        list(open_engine(dask(address)).map(abs, [1]))


def test_worker_that_joins_after_the_others_were_asked_is_refused_too(address, monkeypatch):
    monkeypatch.setattr("pipeline.engine.cluster.LIBRARIES", ("numpy",))
    monkeypatch.setattr("pipeline.engine.cluster._ready", lambda _client: 1)
    with pytest.raises(EngineError, match="does not hold this version"):
        list(open_engine(dask(address)).map(abs, [1]))


def test_absent_scheduler_is_named(monkeypatch):
    monkeypatch.setattr("pipeline.engine.cluster.CONNECT_S", 1)
    with pytest.raises(EngineError, match=r"no Dask scheduler at tcp://127.0.0.1:9"):
        list(open_engine(dask("tcp://127.0.0.1:9")).map(abs, [1]))
