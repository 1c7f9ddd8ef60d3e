from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from models.codebook import Codebook, Topic
from pipeline.difference import difference, rewritten

A = Topic("a", "An", "A", "Hội nghị của tỉnh.", cues=("một", "hai"))
B = Topic("b", "Bình", "B", "Việc của huyện.")
BOTH = Codebook((A, B))


def test_codebook_does_not_differ_from_itself():
    assert difference(BOTH, BOTH).same


def test_definition_is_compared_word_by_word():
    new = replace(A, definition="Hội nghị lớn của xã.", cues=("hai", "ba"))
    (found,) = difference(BOTH, Codebook((new, B))).revised
    (text,) = found.texts
    assert text.runs == (("same", "Hội nghị"), ("new", " lớn"), ("same", " của"), ("gone", " tỉnh."), ("new", " xã."))
    assert [(each.field, each.gone, each.new) for each in found.lists] == [("cues", ("một",), ("ba",))]


def test_topics_that_came_and_went_are_told_apart_from_one_that_was_renamed():
    new = Codebook((replace(A, id="z"), B, Topic("c", "Chi", "C", "")))
    plain, told = difference(BOTH, new), difference(BOTH, new, {"a": "z"})
    assert ([t.id for t in plain.removed], [t.id for t in plain.added]) == (["a"], ["z", "c"])
    assert ([t.id for t in told.removed], [t.id for t in told.added]) == ([], ["c"])
    assert [(each.old, each.new, each.texts) for each in told.revised] == [("a", "z", ())]


def test_another_order_of_the_topics_is_a_difference():
    found = difference(BOTH, Codebook((B, A)))
    assert found.reordered
    assert not found.same


@given(st.text(alphabet="ab \n"), st.text(alphabet="ab \n"))
def test_runs_of_words_make_both_texts_letter_by_letter(old, new):
    runs = rewritten(old, new)
    assert "".join(text for mark, text in runs if mark != "new") == old
    assert "".join(text for mark, text in runs if mark != "gone") == new
