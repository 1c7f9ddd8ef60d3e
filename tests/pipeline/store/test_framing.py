"""The frame says of every article what the auditor's items say, on both engines, and can be read as of an older state."""

import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from functools import partial

import numpy as np
import pytest

from crawlers.article import Media, Outcome
from pipeline.frames import Frame
from pipeline.readings import Draw, Queue, Serving
from pipeline.review.draw import permanent
from pipeline.store import clusters, fetches, labels, predictions, queues, readings, spoken
from pipeline.store.framing import Asked, framed
from pipeline.store.items import audit_items
from pipeline.store.readings import Adjudication
from pipeline.store.rows import TELLING
from pipeline.store.schema import CALLED
from tests.pipeline.audit.frames import frame_of
from tests.pipeline.store.conftest import OUTLETS

TOPICS = ("elections", "congress")  # not in the order of their names
AT = datetime(2020, 10, 2, 8, tzinfo=UTC)
TO = date(2020, 9, 30)


@pytest.fixture
def seven(province, put, make_article, make_prediction):
    """Seven articles: two dated, a copy on each outlet, one undated, one doubtful, one after the day, one that is a list."""
    late = datetime(2020, 10, 5, tzinfo=UTC)
    made = [
        make_article(1),
        make_article(2, published=datetime(2020, 9, 2, tzinfo=UTC), media=(Media("video", "v", 30.0),), front=True),
        make_article(3, source_id="dai", front=False),
        make_article(4, published=None, date_state="undated"),
        make_article(5, published=late, date_state="doubtful"),
        make_article(6, published=late),
        make_article(7),
    ]
    ids = [put(article, "dai" if article.source_id == "dai" else "bao") for article in made]
    with province.begin() as connection:
        for night, outcome in ((1, "article"), (2, "listing")):
            said = Outcome(made[6].source_id, made[6].url, made[6].url_key, outcome)
            fetches.save_outcome(connection, said, date(2020, 10, night))
        whole = [make_prediction(each, score) for each, score in zip(ids[:5], (0.75, 0.2, 0.9, 0.4, 0.6), strict=True)]
        partial = replace(whole[1], scores={"congress": 0.3}, topics=())  # a row of other topics
        predictions.save(connection, [whole[0], partial, *whole[2:], replace(whole[0], model="m0")])
        clusters.replace(connection, {ids[0]: ids[0], ids[2]: ids[0]})
    put(make_article(5, published=late, date_state="doubtful", body="Bản sửa."))  # read by the model as it was
    return ids


def served(connection, article, topic, outcome, number, purpose="uniform"):
    """Draws an article, serves it and ends the serving; gives its id."""
    chance = 0.5 if purpose in spoken.BY_CHANCE else None
    queues.create(connection, Queue(purpose, purpose, {}, "c1", AT))
    queues.add(connection, [Draw(purpose, 0, article, "c1", topic, inclusion_probability=chance)])
    [place] = [
        each.position for each in queues.draws(connection, purpose) if each.article == article and each.topic == topic
    ]
    serving = Serving(f"s{number}", article, "lan", AT, 0, "c1", queue=purpose, position=place, topic=topic)
    readings.put(connection, serving)
    readings.finish(connection, serving.id, outcome, AT.replace(minute=number))
    return serving.id


@pytest.fixture
def spoken_of(province, seven, make_label):
    """Words by chance and by choice, a reading undone, one refused, and a lead's word."""
    with province.begin() as connection:
        whole = served(connection, seven[0], None, "read", 1)
        one = served(connection, seven[1], "congress", "read", 2, "strata")
        active = served(connection, seven[2], None, "read", 3, "active")
        undone = served(connection, seven[3], None, "undone", 4)
        served(connection, seven[4], None, "skipped", 5)
        said = [
            make_label(seven[0], serving=whole),
            make_label(seven[0], topic="elections", value=False, serving=whole),
            make_label(seven[1], value=False, serving=one),
            make_label(seven[1], topic="elections", minute=1),
            make_label(seven[2], serving=active),
            make_label(seven[3], serving=undone),
            make_label(seven[3], value=None, minute=4, serving=undone, origin="undo"),
        ]
        labels.append(connection, said)
        readings.adjudicate(
            connection, [Adjudication(seven[0], "congress", value=False, lead="chi", at=AT, codebook="c1")]
        )
    return seven


ASKED = Asked("m1", "c1", [outlet.id for outlet in OUTLETS], TOPICS, partial(permanent, 17))


def frame(store, said=None):
    with store.read() as connection:
        return framed(connection, ASKED, TO, said).frame


def test_frame_knows_what_stood_on_a_front_page(province, seven):
    assert sorted(frame(province).front.tolist()) == [-1, -1, -1, 0, 1]


def assert_same(found: Frame, wanted: Frame):
    for each in fields(Frame):
        if each.name != "clusters":
            np.testing.assert_array_equal(getattr(found, each.name), getattr(wanted, each.name), each.name)
    pairs = set(zip(found.clusters.tolist(), wanted.clusters.tolist(), strict=True))
    assert len(pairs) == len(set(found.clusters.tolist())) == len(set(wanted.clusters.tolist()))


def test_frame_says_what_the_items_say(province, spoken_of):
    with province.read() as connection:
        items = [each for each in audit_items(connection, "m1", "c1") if each.day is None or each.day <= TO]
    chance = {spoken_of[0]: TOPICS, spoken_of[1]: ("congress",)}
    wanted = frame_of(items, TOPICS, OUTLETS, chance=chance, skipped=[spoken_of[4]])
    found = frame(province)
    assert [found.name(row) for row in range(len(found))].count(spoken_of[5]) == 0
    assert len(found) == 5
    assert_same(found, wanted)
    title, lead, first, second = 8, 7, 7, 7
    assert found.words[found.ids == spoken_of[0].encode()].tolist() == [title + lead + first + second]


def test_frame_of_an_older_state_knows_nothing_that_was_said_since(province, spoken_of, make_label):
    with province.read() as connection:
        state = spoken.now(connection)
    before = frame(province)
    with province.begin() as connection:
        late = served(connection, spoken_of[3], None, "read", 30, "strata")
        labels.append(connection, [make_label(spoken_of[3], minute=30, serving=late)])
        labels.append(connection, [make_label(spoken_of[0], value=None, minute=31, serving="s1", origin="undo")])
        readings.finish(connection, "s1", "undone", AT.replace(minute=31))
        readings.adjudicate(
            connection, [Adjudication(spoken_of[1], "congress", value=True, lead="chi", at=AT, codebook="c1")]
        )
        served(connection, spoken_of[1], None, "skipped", 40)
    assert_same(frame(province, state), before)
    after = frame(province)
    assert after.said.tolist() != before.said.tolist()
    assert after.chance.tolist() != before.chance.tolist()


def test_frame_of_an_empty_store_is_empty(province):
    found = frame(province)
    assert (len(found), found.scores.shape, found.ids.dtype) == (0, (0, 2), np.dtype("S16"))


def test_text_whose_first_article_does_not_count_has_its_earliest_one_for_it(province, seven):
    with province.begin() as connection:
        clusters.replace(connection, {seven[6]: seven[6], seven[2]: seven[6], seven[0]: seven[6]})
    found = frame(province)
    origins = {found.name(row): bool(found.origins[row]) for row in range(len(found))}
    assert origins[min(seven[0], seven[2])]
    assert not origins[max(seven[0], seven[2])]
    assert len(set(found.permanent[np.isin(found.ids, [seven[0].encode(), seven[2].encode()])])) == 1


def test_index_of_lapsed_pages_holds_every_outcome_that_can_end_an_article():
    assert sorted(re.findall("'([a-z_]+)'", CALLED.text)) == sorted({*TELLING} - {"article"})
