from dataclasses import replace

import numpy as np
import pytest

from models.codebook import Codebook, Topic
from models.document import Document
from models.explain import CONSTANT, PARTS, explain, telling
from models.stack import VIEWS
from models.tagger import Tagger
from models.weak import WEAK_VERSION, WeakTagger

from .conftest import CODEBOOK, best_lines, scores_of

WATER = Topic(
    "water",
    "Nước sạch về bản",
    "Water",
    "",
    cues=("(nước sạch|giếng khoan) & # (hộ|bản) ! thủy điện",),
    exclusions=("nước mắm",),
    hints=("trạm bơm",),
)
DOCUMENT = Document(
    "Tin xã",
    "Trời hôm nay nhiều mây. Bà con  gặt lúa mùa vàng!\nTrạm bơm đưa nước sạch về cho 12 hộ.\n"
    "Trạm bơm nước mắm.\nĐưa nước sạch về bản.\n",
)


class Closed:
    """A model of another kind: only what every champion tells is known of it."""

    def __init__(self, classifier):
        self.codebook, self.topics, self.thresholds_ = classifier.codebook, classifier.topics, classifier.thresholds_
        self.cut_, self.state = classifier.cut_, classifier.state
        self.read = classifier.read


@pytest.fixture(scope="module")
def tagger(classifier):
    return Tagger(Codebook((WATER, *CODEBOOK.topics)), classifier, "abc")


@pytest.fixture(scope="module")
def words(tagger):
    return tagger.segment([DOCUMENT])[0]


@pytest.mark.parametrize("terms", [0, 1, 3, 100])
def test_addends_add_up_to_margins_and_margins_to_the_score(tagger, words, terms):
    for why in explain(tagger, DOCUMENT, words, ["harvest", "school"], terms=terms, lines=9):
        assert sum(part.value for part in why.views) == pytest.approx(why.margin)
        assert 1 / (1 + np.exp(-why.margin)) == pytest.approx(why.score, abs=1e-6)
        assert sum(part.value for part in why.article) == pytest.approx(why.article_margin)
        own, lines = tagger.champion.linear_.margins(tagger.champion.features_.corpus([words]))
        column = tagger.champion.topics.index(why.topic)
        assert why.article_margin == pytest.approx(float(own[0, column]), abs=1e-4)
        assert len(why.lines) == len(words)
        for line in why.lines:
            assert line.margin == pytest.approx(float(lines[line.number, column]))
            assert sum(part.value for part in line.parts) == pytest.approx(line.margin, abs=1e-4)


def test_views_and_addends_have_the_names_that_are_promised(tagger, words):
    (why,) = explain(tagger, DOCUMENT, words, ["harvest"])
    assert [part.kind for part in why.views] == [*VIEWS, CONSTANT]
    assert {part.kind for line in why.lines for part in line.parts} | {part.kind for part in why.article} <= {*PARTS}


def test_strongest_line_is_the_evidence_and_its_words_are_named(tagger, words):
    (why,) = explain(tagger, DOCUMENT, words, ["harvest"])
    assert why.decided
    assert (
        why.lines[0].text
        == tagger.evidence([DOCUMENT], [words], [["harvest"]])[0]["harvest"]
        == "Bà con  gặt lúa mùa vàng!"
    )
    named = {part.text for part in why.lines[0].parts if part.kind == "term" and part.value > 0}
    assert {"gặt", "lúa", "gặt lúa"} <= named
    assert not any("_" in part.text for part in why.article)


def test_words_of_the_title_are_told_apart(tagger):
    document = Document("Trời hôm nay nhiều mây", "Bà con gặt lúa.")
    (why,) = explain(tagger, document, tagger.segment([document])[0], ["harvest"], terms=100)
    assert "mây" in {part.text for part in why.article if part.kind == "title_term"}


def test_phrases_stand_with_their_line_their_kind_and_what_silences_them(tagger, words):
    (why,) = explain(tagger, DOCUMENT, words, ["water"])
    assert [(said.line, said.kind, said.text, said.silenced) for said in why.cues.said] == [
        (3, "cue", WATER.cues[0], False),
        (3, "hint", "trạm bơm", False),
        (4, "hint", "trạm bơm", True),
        (4, "exclusion", "nước mắm", False),
        (5, "definition", "", False),
    ]
    assert why.cues.said[0].found == "nước sạch & # hộ"


def test_topic_left_to_its_cues_is_their_sum_against_the_half(tagger, words):
    (why,) = explain(tagger, DOCUMENT, words, ["water"])
    assert (why.margin, why.band, why.views, why.article) == (None, None, (), ())
    assert why.score == why.cues.score == pytest.approx(1 - 2 ** (-why.cues.strength / why.cues.half))
    assert sum(line.margin for line in why.cues.lines) == pytest.approx(why.cues.strength)
    assert [line.number for line in why.lines] == [3, 5]
    assert why.score == scores_of(WeakTagger(Codebook((WATER,))), [words])[0, 0]


def test_cue_in_the_title_counts_twice(tagger):
    document = Document("Nước sạch cho 3 bản", "Nước sạch cho 3 bản.")
    (why,) = explain(tagger, document, tagger.segment([document])[0], ["water"])
    margins = {line.number: line.margin for line in why.lines}
    assert margins[0] == 2 * margins[1]


def test_told_are_topics_decided_or_in_doubt_and_the_strongest_other():
    scores, none = np.array([0.1, 0.7, 0.3]), np.zeros(3, dtype=bool)
    assert telling("abc", scores, np.array([False, True, False])) == ["b", "c"]
    assert telling("abc", scores, none) == ["b"]
    assert telling("abc", scores, ~none) == ["a", "b", "c"]


def test_model_of_another_kind_shows_its_lines(classifier, tagger, words):
    closed = Tagger(tagger.codebook, Closed(classifier), "abc")
    (why,) = explain(closed, DOCUMENT, words, ["harvest"])
    assert (why.views, why.article, why.margin) == ((), (), None)
    assert why.lines[0].number == best_lines(classifier, words, ["harvest"])["harvest"]
    assert all(line.parts == () for line in why.lines)
    alone = scores_of(classifier, [[words[why.lines[1].number]]])[0, 0]
    assert 1 / (1 + np.exp(-why.lines[1].margin)) == pytest.approx(alone)


def test_text_without_marks_is_explained_as_it_is_read(tagger):
    bare = Document("Tin xa", "Troi hom nay nhieu may. Ba con gat lua mua vang.\nTram bom dua nuoc sach ve cho 12 ho.")
    words = tagger.segment([bare])[0]
    water, harvest = explain(tagger, bare, words, ["water", "harvest"], lines=9)
    assert [said.kind for said in water.cues.said if said.line == 3] == ["cue", "hint"]
    assert water.score == pytest.approx(water.cues.score)
    assert 1 / (1 + np.exp(-harvest.margin)) == pytest.approx(harvest.score, abs=1e-6)
    assert harvest.cues.said[0].text == "gặt lúa"
    assert harvest.lines[0].text == "Ba con gat lua mua vang."


@pytest.mark.parametrize("document", [Document("", ""), Document("Tin", ""), Document("", "Trời hôm nay nhiều mây.")])
def test_articles_with_next_to_nothing_are_explained(tagger, document):
    found = explain(tagger, document, tagger.segment([document])[0], tagger.asked)
    assert [why.topic for why in found] == list(tagger.asked)
    assert not any(why.decided for why in found)


def test_cues_alone_are_explained_without_a_model(words):
    found = explain(Tagger(Codebook((WATER,)), None), DOCUMENT, words)
    assert [why.topic for why in found] == ["water"]
    assert not found[0].unsure


def test_topic_without_a_phrase_has_none(words):
    bare = Tagger(Codebook((replace(WATER, name="Nước", cues=(), hints=(), exclusions=()),)), None)
    (why,) = explain(bare, DOCUMENT, words)
    assert (why.cues.said, why.cues.strength, why.lines, bare.version) == ((), 0, (), WEAK_VERSION)


def test_scores_in_the_band_of_doubt_are_named_decided_or_not(classifier):
    wide = replace(classifier.cut_, unsure_from=np.zeros(2), unsure_to=np.array([2.0, 0.0]))
    doubting = Closed(classifier)
    doubting.cut_ = wide
    tagger = Tagger(Codebook((WATER, *CODEBOOK.topics)), doubting, "abc")
    (tagged,) = tagger.tag([DOCUMENT])
    assert tagged.unsure == ("harvest",)
    assert "harvest" in tagged.topics
    empty = tagger.tag([Document("", "")])[0]
    assert empty.unsure == ()
