"""A real Dask scheduler with two worker processes over a real PostgreSQL server."""

import os
from dataclasses import replace

import pytest
from sqlalchemy import delete, select

from pipeline.engine import open_engine
from pipeline.errors import EngineError
from pipeline.settings import EngineSettings
from pipeline.steps import classify as step
from pipeline.store.schema import predictions, words

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
    monkeypatch.setattr(step, "classify_shard", dying(tmp_path / "died"))
    config = replace(config, engine=dask(address, shard_size=2))
    assert rows_after(step.classify, config, store) == alone
    assert (tmp_path / "died").exists()


def dying(marker):
    """Gives a worker's function that stores one article and dies, the first time that it runs."""

    def work(shard):
        if not marker.exists():
            marker.touch()
            step.classify_shard(replace(shard, last_id=shard.first_id))
            os._exit(9)
        return step.classify_shard(shard)

    return work


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


def test_absent_scheduler_is_named(monkeypatch):
    monkeypatch.setattr("pipeline.engine.cluster.CONNECT_S", 1)
    with pytest.raises(EngineError, match=r"no Dask scheduler at tcp://127.0.0.1:9"):
        list(open_engine(dask("tcp://127.0.0.1:9")).map(abs, [1]))
