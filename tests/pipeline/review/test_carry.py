"""What reviewers said goes on under new ids as far as it says something there; the rest must be read again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.operations import Named, Operation
from pipeline.records import LabelEvent
from pipeline.review.carry import carried, standing
from pipeline.store.readings import Adjudication

START = datetime(2020, 10, 1, 8, tzinfo=UTC)
RENAME, BACK = Operation("rename", ("a",), (Named("z"),)), Operation("rename", ("z",), (Named("a"),))
MERGE = Operation("merge", ("a", "b"), (Named("ab"),))
SPLIT = Operation("split", ("a",), (Named("a1"), Named("a2")))


def said(topic, value, reviewer="lan", minute=0, article="1"):
    return LabelEvent(article, topic, value, reviewer, START + timedelta(minutes=minute), "c1", evidence=topic)


def settled(topic, value, minute=0, article="1"):
    return Adjudication(article, topic, value, "chi", START + timedelta(minutes=minute), "c1")


def words(made):
    return {(event.topic, event.reviewer, event.value) for event in made.events}


EVENTS = st.lists(
    st.builds(
        said,
        topic=st.just("a"),
        value=st.sampled_from([True, False, None]),
        reviewer=st.sampled_from(["lan", "minh"]),
        minute=st.integers(0, 3),
        article=st.sampled_from("12"),
    ),
    max_size=8,
)


def present(events, topic):
    spoken = standing(event for event in events if event.topic == topic)
    return {(a, who): by[topic].value for a, of in spoken.items() for who, by in of.items()}


@given(EVENTS)
def test_labels_after_a_rename_and_back_are_as_before(events):
    there = carried(RENAME, events, [], "c2")
    assert present(there.events, "z") == present(events, "a")
    back = carried(BACK, [*events, *there.events], [], "c1")
    assert back.events == ()
    assert there.again == back.again == ()


@given(EVENTS)
def test_words_said_after_a_rename_come_back_with_it(events):
    there = carried(RENAME, events, [], "c2").events
    later = replace(said("z", value=True, minute=9), codebook="c2")
    back = carried(BACK, [*events, *there, later], [], "c1").events
    assert [(event.topic, event.at, event.codebook, event.origin) for event in back] == [
        ("a", later.at, "c1", "codebook")
    ]
    assert present([*events, *back], "a")["1", "lan"] is True


def test_word_that_goes_on_keeps_reviewer_time_reading_and_chance():
    event = replace(said("a", value=True), serving="s1", inclusion_probability=0.1, suggestion_seen=True, model="m")
    (made,) = carried(RENAME, [event], [], "c2").events
    assert made == replace(event, topic="z", codebook="c2", origin="codebook")


def test_merged_topic_is_there_where_any_part_is_and_not_where_no_part_is():
    events = [
        said("a", value=True),
        said("b", value=False),
        said("a", value=False, article="2"),
        said("b", value=False, article="2", minute=5),
        said("a", value=True, article="3"),
        said("a", value=False, article="4"),
    ]
    made = carried(MERGE, events, [], "c2")
    by_article = {event.article: event for event in made.events}
    assert {article: event.value for article, event in by_article.items()} == {"1": True, "2": False, "3": True}
    assert by_article["1"].evidence == "a"
    assert by_article["2"].at == START + timedelta(minutes=5)
    assert made.again == ("4",)


def test_each_reviewer_speaks_for_themselves_in_a_merge():
    events = [said("a", value=False), said("b", value=False), said("a", value=True, reviewer="minh")]
    half = [said("a", value=False, reviewer="tu"), said("b", value=None, reviewer="tu", minute=1)]
    made = carried(MERGE, [*events, *half], [], "c2")
    assert words(made) == {("ab", "lan", False), ("ab", "minh", True)}
    assert made.again == ()


def test_what_a_lead_has_denied_is_denied_in_a_merge():
    events = [said("a", value=True), said("b", value=False)]
    made = carried(MERGE, events, [settled("a", value=False, minute=3)], "c2")
    assert words(made) == {("ab", "lan", False)}
    assert made.settled == ()


def test_leads_words_merge_like_reviewers_words():
    both = [settled("a", value=False), settled("b", value=False, minute=1)]
    (made,) = carried(MERGE, [], both, "c2").settled
    assert (made.topic, made.value, made.codebook, made.at) == ("ab", False, "c2", both[1].at)
    (made,) = carried(MERGE, [], [settled("a", value=True), both[1]], "c2").settled
    assert made.value is True
    assert carried(MERGE, [], both[:1], "c2").again == ("1",)


def test_split_topic_is_absent_from_its_parts_where_the_whole_was_and_else_read_again():
    events = [said("a", value=False), said("a", value=True, article="2")]
    made = carried(SPLIT, events, [], "c2")
    assert words(made) == {("a1", "lan", False), ("a2", "lan", False)}
    assert made.again == ("2",)


def test_split_reads_again_where_reviewers_part_and_makes_no_word_of_what_a_lead_has_overruled():
    parted = [said("a", value=True), said("a", value=False, reviewer="minh", minute=1)]
    made = carried(SPLIT, parted, [], "c2")
    assert (words(made), made.again) == ({("a1", "minh", False), ("a2", "minh", False)}, ("1",))
    made = carried(SPLIT, parted, [settled("a", value=True)], "c2")
    assert (made.events, made.settled, made.again) == ((), (), ("1",))
    made = carried(SPLIT, parted, [settled("a", value=False)], "c2")
    assert [word.topic for word in made.settled] == ["a1", "a2"]
    assert made.again == ()


def test_nothing_goes_on_when_a_topic_is_added_retired_or_only_called_otherwise():
    events = [said("a", value=True)]
    for operation in (
        Operation("add", (), (Named("new"),)),
        Operation("retire", ("a",), (), "hết"),
        Operation("rename", ("a",), (Named("a", "Tên khác"),)),
    ):
        assert carried(operation, events, [], "c2").events == ()


def test_what_was_carried_already_is_not_carried_twice():
    for operation in (RENAME, MERGE, SPLIT):
        events = [said("a", value=False), said("b", value=False)]
        decisions = [settled("a", value=False), settled("b", value=False)]
        once = carried(operation, events, decisions, "c2")
        twice = carried(operation, [*events, *once.events], [*decisions, *once.settled], "c2")
        assert once.events
        assert once.settled
        assert (twice.events, twice.settled) == ((), ())
