"""One person's bulk is found again by what of it still stands, on both engines."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pipeline.records import LabelEvent
from pipeline.store import bulk, clusters, labels
from pipeline.store.bulk import Spoken

AT = datetime(2020, 10, 1, 8, tzinfo=UTC)


def test_bulk_is_known_by_what_still_stands_and_what_was_said_before(province, put, make_article):
    first, second, third = (put(make_article(number)) for number in range(3))
    before = LabelEvent(first, "congress", value=False, reviewer="lan", at=AT, codebook="c1", origin="review")
    noon = [
        replace(before, article=each, value=True, at=AT + timedelta(hours=1), origin="bulk")
        for each in (first, second, third)
    ]
    late = replace(before, article=third, at=AT + timedelta(hours=2))
    other = replace(before, reviewer="minh", article=second, at=AT + timedelta(hours=3))
    with province.begin() as connection:
        labels.lock(connection, [first, second, third])
        assert (bulk.last(connection, "lan"), bulk.version(connection, [first])) == (None, 0)
        labels.append(connection, [before, *noon, late, other])
    with province.read() as connection:
        last = bulk.last(connection, "lan")
        assert (last.at, {*last.words}) == (
            AT + timedelta(hours=1),
            {Spoken(noon[0], before), Spoken(noon[1], None)},
        )
        assert bulk.last(connection, "minh") is None
        assert bulk.own_words(connection, "lan", [first, third]) == {
            (first, "congress"): True,
            (third, "congress"): False,
        }
        assert bulk.version(connection, [second]) == bulk.version(connection, [first, second, third])
    with province.begin() as connection:
        undone = [
            replace(before, article=each, value=value, at=AT + timedelta(hours=4), origin="undo")
            for each, value in ((first, False), (second, None))
        ]
        labels.append(connection, undone)
    with province.read() as connection:
        assert bulk.last(connection, "lan") is None
        assert bulk.own_words(connection, "lan", [first, second]) == {(first, "congress"): False}


def test_members_of_a_cluster_are_the_origin_and_its_reprints_by_day(province, put, make_article):
    origin, undated, late = (
        put(make_article(1)),
        put(make_article(2, published=None, date_state="undated")),
        put(make_article(3, published=AT)),
    )
    alone = put(make_article(4))
    with province.begin() as connection:
        clusters.replace(connection, {undated: origin, late: origin})
    with province.read() as connection:
        assert clusters.members(connection, origin, 10) == [origin, late, undated]
        assert clusters.members(connection, origin, 2) == [origin, late]
        assert clusters.members(connection, alone, 10) == [alone]
