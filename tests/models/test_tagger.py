from dataclasses import replace

import pytest

from models.codebook import Codebook, Topic
from models.document import Document
from models.tagger import Tagger
from models.weak import THRESHOLD, WEAK_VERSION

from .conftest import CODEBOOK

WATER = Topic("water", "Nước sạch", "Water", "", cues=("nước sạch",))
MIXED = Codebook((WATER, *CODEBOOK.topics))
DOCUMENT = Document(
    "Tin xã",
    "Trời hôm nay nhiều mây. Bà con  gặt lúa mùa vàng!\nTrạm bơm đưa nước sạch về, nước sạch cho cả bản.\n"
    + "Xe chạy qua cầu sông.\n" * 6,
)


@pytest.fixture(scope="module")
def mixed(classifier):
    return Tagger(MIXED, classifier, "abc")


def test_learnt_topics_by_the_champion_others_by_their_cues(mixed):
    assert mixed.topics == ("harvest", "school")
    assert mixed.cued == ("water",)
    assert mixed.version == f"abc+{WEAK_VERSION}"
    (tagged,) = mixed.tag(
        [
            DOCUMENT,
        ]
    )
    assert list(tagged.scores) == ["water", "harvest", "school"]
    assert tagged.topics == ("harvest",)


def test_evidence_is_verbatim_and_only_for_decided_topics(mixed):
    title = Document("Nước sạch về bản", DOCUMENT.body)
    (tagged,) = mixed.tag([title])
    assert tagged.topics == ("water", "harvest")
    assert tagged.evidence["harvest"] == "Bà con  gặt lúa mùa vàng!"
    assert set(tagged.evidence) == set(tagged.topics)
    assert all(sentence in f"{title.title}\n{title.body}" for sentence in tagged.evidence.values())


def test_topic_that_is_not_decided_has_a_sentence_when_it_is_asked_for(mixed):
    documents = [DOCUMENT, Document("", ""), Document("Tin xã", "Trời hôm nay nhiều mây.")]
    found, nothing, dry = mixed.evidence(documents, mixed.segment(documents), [["water", "school"]] * 3)
    assert found["water"] == "Trạm bơm đưa nước sạch về, nước sạch cho cả bản."
    assert found["school"] in DOCUMENT.lines()
    assert set(dry) == {"school"}
    assert nothing == {}


def test_versions_name_what_speaks(classifier):
    assert Tagger(CODEBOOK, classifier, "abc").version == "abc"
    assert Tagger(CODEBOOK, None).version == WEAK_VERSION
    assert Tagger(Codebook((WATER,)), classifier, "abc").version == WEAK_VERSION


def test_article_without_a_word_has_no_score_and_no_topic(mixed):
    for document in (Document("", ""), Document(" \n", "\u200b")):
        (tagged,) = mixed.tag([document])
        assert set(tagged.scores.values()) == {0.0}
        assert (tagged.topics, tagged.evidence) == ((), {})


def test_nothing_gives_nothing(mixed):
    assert mixed.tag([]) == []


def test_words_that_are_known_already_give_the_same(mixed):
    words = mixed.segment([DOCUMENT])
    assert mixed.tag([DOCUMENT], words) == mixed.tag([DOCUMENT])


def test_decomposed_letters_change_nothing(mixed):
    import unicodedata

    body = unicodedata.normalize("NFD", DOCUMENT.body)
    (plain,), (split,) = mixed.tag([DOCUMENT]), mixed.tag([Document("Tin xã", body)])
    assert split.scores == pytest.approx(plain.scores)
    assert split.evidence["harvest"] in body


@pytest.mark.parametrize("body", ["a" * 1_000_000, "gặt lúa. " * 100_000, "." * 1_000_000, "<>" * 500_000])
def test_huge_bodies_are_tagged(mixed, body):
    (tagged,) = mixed.tag([Document("Tin", body)])
    assert set(tagged.scores) == {"water", "harvest", "school"}


def test_cutoffs_are_what_decides(mixed, classifier):
    assert mixed.cutoffs().tolist() == [THRESHOLD, *classifier.thresholds_.tolist()]
    scores, decided = mixed.predict(mixed.segment([DOCUMENT]))
    assert ((scores >= mixed.cutoffs()) == decided).all()


def test_renamed_topic_scores_as_it_did(classifier, mixed):
    harvest, school = CODEBOOK.topics
    renamed = Tagger(Codebook((WATER, replace(harvest, id="crop", formerly=("harvest",)), school)), classifier, "abc")
    (before,), (after,) = mixed.tag([DOCUMENT]), renamed.tag([DOCUMENT])
    assert renamed.version == mixed.version
    assert list(after.scores.items()) == [("crop" if t == "harvest" else t, p) for t, p in before.scores.items()]
    assert (after.topics, after.evidence["crop"]) == (("crop",), before.evidence["harvest"])
    assert renamed.cutoffs().tolist() == mixed.cutoffs().tolist()
    assert [each.tolist() for each in renamed.bands()] == [each.tolist() for each in mixed.bands()]
