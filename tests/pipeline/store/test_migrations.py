"""A store of an older version keeps what it holds when it is brought up to date."""

import json
import zlib
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from crawlers.reason import because
from pipeline.records import LabelEvent
from pipeline.store import Store, audits, fetches, health, labels, observations
from pipeline.store.migrate import upgrade
from pipeline.store.packed import head, unpack
from pipeline.store.store import SCHEMA_VERSION

NIGHT = date(2020, 9, 21)
AWAY = "redirects to another site: https://moi.example/"
OLD = f"""
INSERT INTO outlets (id, name, kind, groups, active) VALUES ('bao', 'Báo', 'newspaper', '[]', true);
INSERT INTO sources (id, outlet_id, name, home, channel, declared, active)
VALUES ('web', 'bao', 'Web', 'https://bao.example/', 'website', '{{}}', true);
INSERT INTO urls (source_id, url_id, url_key, url, role, night, status)
VALUES ('web', 'u1', 'bao.example', 'https://bao.example/', 'listing', '2020-09-21', 301);
INSERT INTO outcomes (source_id, url_id, night, outcome) VALUES ('web', 'u1', '2020-09-21', 'failed');
INSERT INTO failures (source_id, url_id, night, url, url_key, stage, reason, detail)
VALUES ('web', 'u1', '2020-09-21', 'https://bao.example/', 'bao.example', 'fetch', 'timeout', 'it''s "slow"');
INSERT INTO observations (source_id, day, night, proved, route, evidence_url, reason)
VALUES ('web', '2020-09-20', '2020-09-21', false, 'walk', 'https://bao.example/', 'trang 2: answered 503');
INSERT INTO observations (source_id, day, night, proved, route, evidence_url)
VALUES ('web', '2020-09-19', '2020-09-21', true, 'feed', 'https://bao.example/rss');
INSERT INTO fetches (id, source_id, url_id, night, url, role, status, fetched_at, elapsed_s, reason, detail)
VALUES (1, 'web', 'u1', '2020-09-21', 'https://bao.example/', 'listing', 301, '2020-09-21 15:00:00', 1, 'refused',
        '{AWAY}');
INSERT INTO articles (id, source_id, outlet_id, channel, url_id, url_key, url, revision, content_hash, title, date_state, media_s)
VALUES ('a1', 'web', 'bao', 'website', 'u2', 'bao.example/1', 'https://bao.example/1', 1, 'c', 'Đại hội', 'undated', 0);
INSERT INTO article_revisions (article_id, revision, content_hash, url, date_state, fetched_at, provenance, title, lead, body)
VALUES ('a1', 1, 'c', 'https://bao.example/1', 'undated', '2020-09-21 15:00:00', '{{}}', 'Đại hội', 'Sáng nay', 'khai mạc.');
INSERT INTO article_media (article_id, revision, position, kind, url) VALUES ('a1', 1, 0, 'video', 'https://bao.example/v');
INSERT INTO predictions (model, codebook, article_id, content_hash, topics, scores, evidence)
VALUES ('m1', 'c1', 'a1', 'c', '["congress"]', '{{"youth": 0.25, "congress": 0.75}}', '{{}}');
INSERT INTO label_events (key, article_id, topic, value, reviewer, at, codebook, suggestion_seen)
VALUES ('k1', 'a1', 'congress', true, 'an', '2020-09-21 15:00:00', 'v1', false);
"""
"""A store of version 1: one outlet, one source, and its night."""
OBSERVED = [
    {
        "outlet": "bao",
        "phase": "p",
        "days_proved": 1,
        "days_total": 2,
        "missing_days": ["2020-09-20"],
        "reasons": ["trang 2: answered 503"],
        "article_ids": [],
    }
]
HEADER = {
    "as_of": "2020-09-21",
    "directive": {"number": "1", "date": "2020", "issuer": "Tỉnh ủy", "subject": "Đại hội"},
    "codebook": "c1",
    "model": "m1",
    "phases": [],
    "outlets": [],
    "topics": [],
    "undated_ids": [],
    "failures": {"bao": 2},
}


@pytest.fixture
def old(empty_url, monkeypatch):
    """Gives the URL of a store as version 1 left it."""
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.store.migrate.upgrade", lambda connection: upgrade(connection, "0001"))
        store = Store.open(empty_url, create=True)
    with store.begin() as connection:
        for statement in OLD.strip().removesuffix(";").split(";\n"):
            connection.exec_driver_sql(statement)
        connection.execute(
            text(
                "INSERT INTO audits (id, seq, as_of, model, codebook, hashes, header, observed)"
                " VALUES ('a1', 1, '2020-09-21', 'm1', 'c1', '{}', :header, :observed)"
            ),
            {"header": json.dumps(HEADER), "observed": zlib.compress(json.dumps(OBSERVED).encode())},
        )
    store.close()
    return empty_url


def test_sentences_of_old_reasons_are_kept_as_said(old):
    with Store.open(old, create=True) as store, store.read() as connection:
        assert store.schema_version() == SCHEMA_VERSION
        [failure] = fetches.failed(connection, NIGHT)
        assert failure.detail == because("said", said='it\'s "slow"')
        looks = observations.looks(connection, NIGHT - timedelta(days=2), NIGHT)
        assert looks["web", date(2020, 9, 20)].reason == because("said", said="trang 2: answered 503")
        assert looks["web", date(2020, 9, 19)].reason is None
        audit = audits.load(connection, "a1")
    assert audit.observed[0].reasons == (because("said", said="trang 2: answered 503"),)
    assert audit.failures == ()  # of which only the number was kept


def test_label_is_kept_as_one_from_a_file(old):
    with Store.open(old, create=True) as store, store.read() as connection:
        [event] = labels.events(connection)
        assert labels.current(connection) == {"a1": {"congress": True}}
    assert event == LabelEvent(
        "a1", "congress", value=True, reviewer="an", at=datetime(2020, 9, 21, 15, tzinfo=UTC), codebook="v1"
    )


def test_home_that_had_moved_is_still_known_to_have(old):
    with Store.open(old, create=True) as store, store.read() as connection:
        [history] = health.histories(connection, NIGHT, recent=3, weeks=2)
    assert history.moved_to == "moi.example"


def test_old_articles_are_counted_and_old_predictions_packed(old):
    with Store.open(old, create=True) as store, store.read() as connection:
        found = connection.execute(
            text("SELECT words, untimed, front, first_file, first_dated, first_led FROM articles")
        ).one()
        packed = connection.scalar(text("SELECT packed FROM predictions"))
    assert (found.words, bool(found.untimed), found.front) == (6, True, None)
    assert (found.first_file, bool(found.first_dated), bool(found.first_led)) == (None, False, True)
    scores, decided = unpack([bytes(packed)], 2)
    assert (bytes(packed)[:4], scores.tolist(), decided.tolist()) == (
        head(["congress", "youth"]),
        [[0.75, 0.25]],
        [[True, False]],
    )
