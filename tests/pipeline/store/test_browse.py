"""A selection gives the articles that answer it, page by page, each once, and counts them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pipeline.records import LabelEvent
from pipeline.store import browse, clusters, labels, predictions, readings
from pipeline.store.browse import Reader, Selection
from pipeline.store.terms import parse

READER = Reader("m1", "c1")
AT = datetime(2020, 10, 1, 8, tzinfo=UTC)


@pytest.fixture
def shelf(province, put, make_article, make_prediction):
    """Six articles: 0 to 3 of the outlet bao on the 21st to 24th, 4 doubtful, 5 undated of dai; scored 0.1, 0.3 … 0.9."""
    made = [make_article(n, published=datetime(2020, 9, 21 + n, 3, tzinfo=UTC)) for n in range(4)]
    made.append(make_article(4, date_state="doubtful"))
    ids = [put(article) for article in made]
    undated = make_article(5, source_id="dai", published=None, published_precision=None, date_state="undated")
    ids.append(put(undated, "dai"))
    told = []
    for place, identity in enumerate(ids[:5]):
        said = make_prediction(identity, score=(1 + 2 * place) / 10)
        told.append(said if place >= 2 else replace(said, topics=(), evidence={}))
    with province.begin() as connection:
        predictions.save(connection, told)
        labels.append(
            connection,
            [
                LabelEvent(ids[0], "congress", value=True, reviewer="lan", at=AT, codebook="c1"),
                LabelEvent(ids[2], "congress", value=False, reviewer="lan", at=AT, codebook="c1"),
                LabelEvent(ids[3], "congress", value=True, reviewer="lan", at=AT, codebook="c1"),
                LabelEvent(ids[4], "elections", value=True, reviewer="lan", at=AT, codebook="c1"),
            ],
        )
        clusters.replace(connection, {ids[1]: ids[0]})
    return province, ids


def places(shelf, **asked):
    store, ids = shelf
    with store.read() as connection:
        selection = Selection(**asked)
        found = browse.page(connection, selection, READER).ids
        assert browse.count(connection, selection, READER) == len(found)
    return [ids.index(identity) for identity in found]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"outlet": "dai"}, [5]),
        ({"since": date(2020, 9, 22), "until": date(2020, 9, 23)}, [2, 1]),
        (
            {"since": date(2020, 9, 21), "until": date(2020, 9, 21)},
            [0],
        ),  # the doubtful one of that day counts in no phase
        ({"state": "doubtful"}, [4]),
        ({"state": "undated"}, [5]),
        ({"topic": "congress"}, [3, 0, 4]),
        ({"topic": "congress", "by": "label"}, [3, 0]),
        ({"topic": "congress", "by": "machine"}, [3, 2, 4]),
        ({"topic": "congress", "by": "both"}, [3]),
        ({"topic": "congress", "by": "disagree"}, [2, 0]),
        ({"topic": "congress", "by": "all", "low": 0.3, "high": 0.7}, [3, 2, 1]),
        ({"topic": "congress", "by": "machine", "low": 0.6}, [3, 4]),
        ({"topic": "none of ours"}, []),
        ({"topic": 'x"]; --', "by": "all", "low": 0.1}, []),
        ({"read": True}, [3, 2, 0, 4]),
        ({"read": False, "outlet": "bao"}, [1]),
        ({"read": False, "topic": "congress", "by": "all", "outlet": "bao"}, [1, 4]),
    ],
)
def test_selection_gives_the_newest_first_and_the_undated_last(shelf, asked, expected):
    assert sorted(places(shelf, **asked)) == sorted(expected)
    ordered = places(shelf, **asked)
    dated = [place for place in ordered if place < 4]
    assert dated == sorted(dated, reverse=True)
    assert 5 not in ordered[:-1]


def test_cluster_gives_the_origin_and_its_reprints(shelf):
    _, ids = shelf
    assert places(shelf, cluster=ids[0]) == [1, 0]


def test_filter_by_label_says_what_the_present_labels_say(shelf):
    store, ids = shelf
    later = [
        LabelEvent(ids[0], "congress", value=None, reviewer="lan", at=AT, codebook="c1", origin="undo"),  # taken back
        LabelEvent(ids[1], "congress", value=True, reviewer="minh", at=AT, codebook="c1"),
        LabelEvent(ids[1], "congress", value=False, reviewer="hoa", at=AT.replace(hour=9), codebook="c1"),
        LabelEvent(ids[2], "congress", value=True, reviewer="minh", at=AT.replace(hour=7), codebook="c1"),  # older
    ]
    decision = readings.Adjudication(ids[3], "congress", value=False, lead="sơn", at=AT.replace(hour=6), codebook="c1")
    with store.begin() as connection:
        labels.append(connection, later)
        readings.adjudicate(connection, [decision, replace(decision, article=ids[5], value=True, at=AT)])
    with store.read() as connection:
        said = {
            identity: topics["congress"]
            for identity, topics in labels.current(connection).items()
            if "congress" in topics
        }
    assert said == {ids[1]: False, ids[2]: False, ids[3]: False, ids[5]: True}
    assert places(shelf, topic="congress", by="label") == [5]
    assert places(shelf, topic="congress", by="disagree") == [3, 2, 5]  # the machine says so of 2, 3 and 4
    assert places(shelf, topic="congress") == [4, 5]


def test_words_and_filters_hold_together(shelf):
    assert places(shelf, terms=parse("đại hội -4"), state="doubtful") == []
    assert places(shelf, terms=parse("dai hoi"), topic="congress", by="both") == [3]


@pytest.mark.parametrize(
    "asked", [{}, {"terms": parse("đại hội")}, {"terms": parse("chuẩ*")}, {"terms": parse("-quốc")}]
)
@pytest.mark.parametrize("ranked", [browse.RANKED, 3])
def test_pages_together_hold_every_article_once(shelf, monkeypatch, asked, ranked):
    monkeypatch.setattr(browse, "RANKED", ranked)
    store, ids = shelf
    seen, after = [], None
    with store.read() as connection:
        while True:
            part = browse.page(connection, Selection(**asked), READER, after, size=2)
            seen += part.ids
            after = part.after
            if after is None:
                break
        whole = browse.page(connection, Selection(**asked), READER).ids
    assert tuple(seen) == whole
    assert sorted(seen) == sorted(ids)


@pytest.mark.parametrize("after", ["", "x", "2020-13-01.a", "2020-09-22", "-5", "²", "9" * 30, "'.'", "0001-01-01.\0"])
def test_cursor_that_no_page_gave_is_no_fault(shelf, after):
    store, ids = shelf
    with store.read() as connection:
        for asked in (Selection(), Selection(terms=parse("đại"))):
            assert set(browse.page(connection, asked, READER, after).ids) <= set(ids)


def test_count_stops_where_it_is_told(shelf):
    store, _ = shelf
    with store.read() as connection:
        assert browse.count(connection, Selection(), READER, 2) == 3


def test_article_is_shown_with_what_is_said_of_it(shelf):
    store, ids = shelf
    with store.read() as connection:
        third, unscored = browse.found(connection, [ids[3], ids[5], "0" * 16], READER)
    assert (third.article.id, third.labels, third.settled) == (ids[3], {"congress": True}, frozenset())
    assert (third.machine, third.evidence, third.scores["elections"]) == ({"congress"}, {"congress": "Họp."}, 0.1)
    assert (unscored.labels, unscored.machine, unscored.scores) == ({}, frozenset(), {})
