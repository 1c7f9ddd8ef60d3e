import pytest

from models.codebook import Topic
from pipeline.errors import InputError
from pipeline.operations import Change, Named, Operation, check, former_ids, renewed

A = Topic("a", "An", "A", "Định nghĩa a.", cues=("một", "hai"), clauses=("1.a",))
B = Topic("b", "Bình", "B", "Định nghĩa b.", cues=("hai", "ba"), exclusions=("bốn",), clauses=("1.b",))
C = Topic("c", "Chi", "C", "", formerly=("old",))
TOPICS = (A, B, C)
RENAMED = Change(1, "v2", "v1", None, "rename", ("a",), ("z",))


def test_merged_topic_has_the_phrases_and_clauses_of_its_parts_once():
    (made, rest) = renewed(Operation("merge", ("a", "b"), (Named("ab", "Chung"),)), TOPICS, {"a"})
    assert (made.id, made.name, made.name_en, made.definition) == (
        "ab",
        "Chung",
        "A – B",
        "Định nghĩa a. Định nghĩa b.",
    )
    assert (made.cues, made.exclusions, made.clauses) == (("một", "hai", "ba"), ("bốn",), ("1.a", "1.b"))
    assert made.formerly == ()
    assert rest == C


def test_parts_of_a_split_stand_in_the_place_of_the_whole():
    made = renewed(Operation("split", ("b",), (Named("b1", "Một"), Named("b2", "", "", "Hẹp."))), TOPICS, set())
    assert [topic.id for topic in made] == ["a", "b1", "b2", "c"]
    assert [(topic.name, topic.definition) for topic in made[1:3]] == [("Một", "Định nghĩa b."), ("Bình (b2)", "Hẹp.")]
    assert {topic.cues for topic in made[1:3]} == {B.cues}


@pytest.mark.parametrize(("learnt", "former"), [({"a"}, ("a",)), (set(), ())])
def test_renamed_topic_remembers_the_id_that_a_model_has_learnt(learnt, former):
    made = renewed(Operation("rename", ("a",), (Named("z"),)), TOPICS, learnt)
    assert made[0].formerly == former
    (back, *_) = renewed(Operation("rename", ("z",), (Named("a"),)), made, learnt)
    assert back == A


def test_topic_that_is_renamed_twice_is_known_by_all_its_ids():
    made = renewed(Operation("rename", ("c",), (Named("d"),)), TOPICS, {"c", "old"})
    assert made[2].formerly == ("c", "old")
    again = Change(2, "v3", "v2", None, "rename", ("z",), ("y",))
    assert former_ids([RENAMED, again], "y") == ("z", "a")


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (Operation("rename", ("x",), (Named("y"),)), "no such topic 'x'; there are: a, b, c"),
        (Operation("rename", ("a",), (Named("b"),)), "'b' is a topic already"),
        (Operation("rename", ("a",), (Named("a"),)), "the new id is the old one; give --name"),
        (Operation("rename", ("a",), (Named("gone"),)), "'gone' was the id of another topic"),
        (Operation("merge", ("a", "a"), (Named("ab"),)), "'a' stands twice"),
        (Operation("merge", ("a",), (Named("ab"),)), "name two topics or more"),
        (Operation("merge", ("a", "b"), (Named("a"),)), "'a' is a topic already"),
        (Operation("split", ("a",), (Named("a1"),)), "name two --into or more"),
        (Operation("retire", ("a",), (), " "), "--reason: empty"),
        (Operation("add", (), (Named("a"),)), "'a' is a topic already"),
    ],
)
def test_operation_that_cannot_be_done_is_refused_with_what_is_wrong(operation, reason):
    with pytest.raises(InputError, match=reason):
        check(operation, TOPICS, [], {"a", "b", "c", "gone"})


def test_renamed_topic_may_go_back_to_an_id_that_it_had_and_no_other_may_take_it():
    topics, used = (Topic("z", "An", "A", ""), B), {"a", "b", "z"}
    check(Operation("rename", ("z",), (Named("a"),)), topics, [RENAMED], used)
    with pytest.raises(InputError, match="'a' was the id of another topic"):
        check(Operation("rename", ("b",), (Named("a"),)), topics, [RENAMED], used)
